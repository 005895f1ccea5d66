// Row types of every table, one file a capability in tables/. Only `database/` and the `store.ts` files know them.
import type { TrackingTables } from './tables/tracking.ts';
import type { RunViewTables } from './tables/run-views.ts';
import type { SessionTables } from './tables/sessions.ts';
import type { TransferTables } from './tables/transfer.ts';
import type { RegistryTables } from './tables/registry.ts';
import type { PipelineTables } from './tables/pipelines.ts';
import type { ExecutorTables } from './tables/executor.ts';
import type { DeploymentTables } from './tables/deployments.ts';
import type { ExportTables } from './tables/exports.ts';
import type { ProofTables } from './tables/proof.ts';
import type { NotebookTables } from './tables/notebooks.ts';
import type { WebhookTables } from './tables/webhooks.ts';

export interface Tables
  extends
    TrackingTables,
    RunViewTables,
    SessionTables,
    TransferTables,
    RegistryTables,
    WebhookTables,
    NotebookTables,
    PipelineTables,
    ExecutorTables,
    ProofTables,
    DeploymentTables,
    ExportTables {}
