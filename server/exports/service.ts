// Pipelines as other engines' files: built now from the notebook as it is, given back, and remembered as a fact.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { AnalysisService } from '../analysis/service.ts';
import type * as operations from '../contract/exports.ts';
import type { ExportedFile, ExportTarget } from '../contract/exports.ts';
import type { Notebook } from '../contract/notebook.ts';
import { problem, ProblemError } from '../contract/problem.ts';
import type { Database } from '../database/open.ts';
import type { Environments } from '../environment/kernelspec.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import { createId } from '../events/ids.ts';
import type { Handler } from '../http/route.ts';
import type { PipelinesService } from '../pipelines/service.ts';
import type { Workspace } from '../workspace.ts';
import type { Exporter } from './exporter.ts';
import { exporters } from './exporters.ts';
import { createExportStore } from './store.ts';

export interface Export {
  notebook: string;
  target: string;
  time: number;
}

export interface ExportsService {
  exportPipeline: Handler<typeof operations.exportPipeline>;
  /** What was exported, newest first. */
  listExports(): Promise<Export[]>;
}

export interface ExportsParts {
  database: Database;
  analysis: AnalysisService;
  environments: Environments;
  pipelines: Pick<PipelinesService, 'buildSound'>;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
}

export function createExportsService(parts: ExportsParts): ExportsService {
  const { analysis, environments, pipelines, bus, clock, workspace } = parts;
  const store = createExportStore(parts.database);

  /** Versions for the requirements; a notebook whose kernel is not on this machine is exported without them. */
  async function installedFor(notebook: Notebook): Promise<{ packages: string[]; note?: string }> {
    try {
      const { packages } = await environments.installedIn(environments.forNotebook(notebook));
      return { packages };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { packages: [], note: `requirements.txt is without versions: ${error.message}` };
    }
  }

  return {
    async exportPipeline({ path, notebook, target }) {
      const exporter = findExporter(target);
      const { pipeline } = pipelines.buildSound(notebook, path);
      const { packages, note } = await installedFor(notebook);
      const file = basename(workspace.identify(path));
      const { files, notes } = exporter.export(pipeline, {
        notebook,
        file,
        environment: packages,
        code: analysis
      });
      const identity = workspace.identify(path);
      await store.save({
        export_id: createId(clock),
        notebook: identity,
        target: exporter.target,
        digest: digestOf(files),
        exported_time: clock()
      });
      bus.publish({ type: 'pipeline-exported', notebook: identity, target: exporter.target });
      return {
        target: exporter.target,
        folder: `${pipeline.name}-${exporter.target}`,
        files,
        notes: note ? [...notes, note] : notes
      };
    },
    async listExports() {
      const rows = await store.list();
      return rows.map(row => ({
        notebook: row.notebook,
        target: row.target,
        time: row.exported_time
      }));
    }
  };
}

function findExporter(target: string): Exporter {
  const found = exporters.find(exporter => exporter.target === (target as ExportTarget));
  if (found) return found;
  const known = exporters.map(exporter => `"${exporter.target}"`).join(', ');
  throw problem('unknown_target', `There is no exporter for "${target}"`, {
    remedy: `Use one of: ${known}`
  });
}

function digestOf(files: ExportedFile[]): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
