import type { Generated } from 'kysely';

export interface RegisteredModelRow {
  id: Generated<number>;
  name: string;
  description: string;
  created_time: number;
  updated_time: number;
}

export interface ModelVersionRow {
  model: number;
  version: number;
  source: string;
  storage_location: string;
  run_id: string | null;
  run_link: string;
  logged_model_id: string | null;
  description: string;
  stage: string;
  created_time: number;
  updated_time: number;
  deleted: Generated<number>;
}

export interface AliasMoveRow {
  id: Generated<number>;
  model: number;
  alias: string;
  from_version: number | null;
  to_version: number | null;
  moved_by: string;
  time: number;
  undoes: number | null;
}

export interface ModelSemanticRow {
  model: number;
  version: number;
  bump: string;
  reason: string;
  override: string | null;
  surface: string;
}

export interface RegistryTables {
  registered_models: RegisteredModelRow;
  registered_model_tags: { model: number; key: string; value: string };
  model_versions: ModelVersionRow;
  model_version_tags: { model: number; version: number; key: string; value: string };
  model_aliases: { model: number; alias: string; version: number };
  alias_moves: AliasMoveRow;
  model_semantics: ModelSemanticRow;
}
