// What every exporter is: a pure function from a pipeline to files. Adding one is adding it to the list in `exporters.ts`.
import type { AnalysisService } from '../analysis/service.ts';
import type { ExportedFile, ExportTarget } from '../contract/exports.ts';
import type { Notebook } from '../contract/notebook.ts';
import type { Pipeline } from '../contract/pipelines.ts';

export interface ExportContext {
  notebook: Notebook;
  /** The notebook's file name, for people to read. */
  file: string;
  /** `name==version` lines of the notebook's environment; empty when it is not known. */
  environment: string[];
  /** The questions about source code that exporters ask. */
  code: Pick<AnalysisService, 'definitionsOf' | 'stripMagics' | 'importsOf'>;
}

export interface Exported {
  files: ExportedFile[];
  /** What the reader should know that the files do not say, one sentence each. */
  notes: string[];
}

export interface Exporter {
  readonly target: ExportTarget;
  /** @throws `invalid_code` naming cell, line and remedy when a step cannot be written for this target. */
  export(pipeline: Pipeline, context: ExportContext): Exported;
}
