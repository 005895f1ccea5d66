// Rows of `migrations/0010-webhooks.sql`.
export interface WebhookRow {
  webhook_id: string;
  name: string;
  description: string;
  url: string;
  events: string;
  secret: string | null;
  status: 'ACTIVE' | 'DISABLED';
  created_at: number;
  updated_at: number;
}

export interface WebhookDeliveryRow {
  delivery_id: string;
  webhook_id: string;
  event: string;
  body: string;
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  due: number;
  created_at: number;
  response_status: number | null;
  error: string | null;
}

export interface WebhookTables {
  webhooks: WebhookRow;
  webhook_deliveries: WebhookDeliveryRow;
}
