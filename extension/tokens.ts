// What one part of the extension offers to the others. Slices import this, `client` and `ui`, and never each other.
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { ComponentType } from 'react';
import type { CellStanding, Standing } from '../server/contract/cells.ts';
import type { PipelineRun } from '../server/contract/executor.ts';
import type { NotebookSteps, Step } from '../server/contract/pipelines.ts';
import type { CellExecution, MetricSummary, RunSummary } from '../server/contract/tracking.ts';
import type { CallError } from './client/call-error.ts';
import type { IClient } from './client/tokens.ts';

/** What every panel of ours is given. */
export interface Lab {
  readonly client: IClient;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
  /** Opens or shows a document tab. */
  openPage(kind: string, id: string, title: string): void;
  /** Does what the user asked for; a failure is said in the sidebar and the status item, and gives undefined. */
  act<Result>(work: () => Promise<Result>): Promise<Result | undefined>;
}

export interface SidebarTab {
  id: string;
  label: string;
  icon: LabIcon;
  rank: number;
  /** Loaded when the tab is first shown. */
  load(): Promise<ComponentType<{ lab: Lab }>>;
}

export interface PageKind {
  kind: string;
  icon: LabIcon;
  load(): Promise<ComponentType<{ lab: Lab; id: string }>>;
}

/** Something worth knowing that is no failure, in one sentence; undefined while there is nothing to say. */
export interface Remark {
  readonly text: string | undefined;
  readonly changed: ISignal<unknown, void>;
}

/** Stepladder's own places in JupyterLab: the sidebar's tabs and the document tabs. */
export interface IShell {
  readonly lab: Lab;
  addTab(tab: SidebarTab): void;
  addPage(page: PageKind): void;
  /** Said in the status item and above the sidebar's tab. */
  addRemark(remark: Remark): void;
  /** Adds a command, also to the palette. */
  addCommand(id: string, options: CommandRegistry.ICommandOptions): void;
}

export const IShell = new Token<IShell>(
  'stepladder:IShell',
  "The sidebar's tabs, the pages and the commands of Stepladder."
);

/** One open notebook as Stepladder sees it: its steps now, how its pipeline runs, what its cells did. */
export interface NotebookState {
  readonly panel: NotebookPanel;
  /** Absolute, as the server names it. */
  readonly path: string;
  readonly steps: NotebookSteps | undefined;
  readonly problem: CallError | undefined;
  readonly pipelineRun: PipelineRun | undefined;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** The last execution of each cell in the newest run of this kernel, by cell id. */
  readonly cells: ReadonlyMap<string, CellExecution>;
  /** How each code cell stands in its kernel and against the last version, by cell id. */
  readonly standings: ReadonlyMap<string, CellStanding>;
  /** The same of each step, by name. */
  readonly stepStandings: Readonly<Record<string, Standing>>;
  readonly changed: ISignal<NotebookState, void>;
  /** The step that a cell belongs to, named or not; by cell id. */
  stepOf(cellId: string): Step | undefined;
  metric(key: string): MetricSummary | undefined;
  /** Ids of the cells that have to run so that this one gets what it takes, in order, itself the last, each with the reason. */
  plan(cellId: string): Promise<{ cellId: string; reason: string }[]>;
  /** The content as the server takes it. */
  content(options?: { outputs: boolean }): NotebookContent;
  /** The cell in sight and active, the cursor on the line. */
  showCell(cell: number, line?: number): void;
  /** Reads everything again. */
  refresh(): void;
  /** Takes what a call gave back before its event comes. */
  showPipelineRun(run: PipelineRun): void;
}

export interface NotebookContent {
  path: string;
  notebook: {
    cells: {
      cell_type: string;
      id?: string;
      source: string | string[];
      metadata: Record<string, unknown>;
    }[];
    metadata: Record<string, unknown>;
    nbformat: number;
    nbformat_minor: number;
  };
}

export interface INotebooks {
  /** Of the notebook in front. */
  readonly current: NotebookState | undefined;
  readonly currentChanged: ISignal<INotebooks, NotebookState | undefined>;
  of(panel: NotebookPanel): NotebookState;
  /** At an absolute path, as far as it is open. */
  at(path: string): NotebookState | undefined;
  /** The same, opened where it is not open yet. */
  open(path: string): Promise<NotebookState | undefined>;
}

export const INotebooks = new Token<INotebooks>(
  'stepladder:INotebooks',
  'The steps, runs and cell executions of open notebooks.'
);

/** Tells the server what the cells of this page do. */
export interface IRecorder {
  /** Sends what waits. @returns whether the server has everything now */
  flush(): Promise<boolean>;
}

export const IRecorder = new Token<IRecorder>(
  'stepladder:IRecorder',
  'The recorder of what cells do.'
);

export const COMMANDS = {
  show: 'stepladder:show',
  openPage: 'stepladder:open-page',
  runPipeline: 'stepladder:run-pipeline',
  cancelPipeline: 'stepladder:cancel-pipeline',
  prove: 'stepladder:prove-pipeline',
  capture: 'stepladder:capture',
  captureWith: 'stepladder:capture-with-message',
  versions: 'stepladder:versions',
  diff: 'stepladder:diff',
  blame: 'stepladder:blame',
  why: 'stepladder:why',
  restore: 'stepladder:restore',
  tag: 'stepladder:tag',
  branch: 'stepladder:branch',
  push: 'stepladder:push',
  pull: 'stepladder:pull',
  exportAirflow: 'stepladder:export-airflow',
  nameSteps: 'stepladder:name-steps',
  markStep: 'stepladder:mark-step',
  joinStep: 'stepladder:join-step',
  clearStep: 'stepladder:clear-step',
  acceptStep: 'stepladder:accept-step',
  runNeeded: 'stepladder:run-needed',
  splitStep: 'stepladder:split-step',
  mergeStep: 'stepladder:merge-step',
  borderUp: 'stepladder:step-border-up',
  borderDown: 'stepladder:step-border-down',
  stepUp: 'stepladder:move-step-up',
  stepDown: 'stepladder:move-step-down',
  pipeline: 'stepladder:open-pipeline',
  openRuns: 'stepladder:open-runs',
  cellRuns: 'stepladder:cell-runs',
  register: 'stepladder:register-model',
  promote: 'stepladder:promote-model',
  bumpModel: 'stepladder:bump-model',
  undoPromotion: 'stepladder:undo-promotion',
  deploy: 'stepladder:deploy-model',
  stopEndpoint: 'stepladder:stop-endpoint'
} as const;
