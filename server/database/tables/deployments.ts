import type { Generated } from 'kysely';

export interface EndpointRow {
  name: string;
  model: string;
  alias: string | null;
  version: string | null;
  port: number;
  token: string | null;
  /** 1 while it should run, also across a restart of the server. */
  wanted: number;
  created_time: number;
}

export interface EndpointSwitchRow {
  id: Generated<number>;
  endpoint: string;
  from_version: string | null;
  to_version: string;
  time: number;
}

export interface DeploymentTables {
  endpoints: EndpointRow;
  endpoint_switches: EndpointSwitchRow;
  model_digests: { location: string; digest: string; recorded_time: number };
}
