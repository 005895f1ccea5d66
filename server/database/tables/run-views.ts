// Rows of `migrations/0050-run-views.sql`.
export interface RunViewTables {
  run_views: { name: string; settings: string; saved_at: number };
}
