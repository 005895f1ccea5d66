// One open notebook, followed: its steps as it is edited, its runs and its pipeline's run as the server tells.
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import type { CellStanding, Standing } from '../../server/contract/cells.ts';
import type { PipelineRun } from '../../server/contract/executor.ts';
import type { NotebookSteps } from '../../server/contract/pipelines.ts';
import type { CellExecution, RunSummary } from '../../server/contract/tracking.ts';
import { asCallError, type CallError } from '../client/call-error.ts';
import type { HeardEvent } from '../client/events.ts';
import {
  getPipelineRun,
  getRun,
  listPipelineRuns,
  listRuns,
  planCell,
  readCells,
  readSteps
} from '../client/routes.ts';
import type { IClient } from '../client/tokens.ts';
import type { NotebookState } from '../tokens.ts';
import { contentOf, contentText } from './notebook-content.ts';
import { showCell } from './show-cell.ts';
import { paced } from '../ui/paced.ts';

/** After the last key press. */
const EDIT_PAUSE = 300;
const EVENT_PAUSE = 200;
const RUNS_SHOWN = 20;

export function followNotebook(panel: NotebookPanel, client: IClient): NotebookState {
  let steps: NotebookSteps | undefined;
  let problem: CallError | undefined;
  let pipelineRun: PipelineRun | undefined;
  let runs: RunSummary[] = [];
  let shown: RunSummary | undefined;
  let cells = new Map<string, CellExecution>();
  let standings = new Map<string, CellStanding>();
  let stepStandings: Record<string, Standing> = {};

  const idsOfCells = () => panel.content.widgets.map(({ model }) => model.id);
  /** Files of an older format have no ids of cells; what runs is known by those of the open notebook. */
  const inKernel = () => {
    const { path, notebook } = state.content();
    const ids = idsOfCells();
    const named = notebook.cells.map((cell, at) => ({ ...cell, id: ids[at]! }));
    const session = panel.sessionContext.session?.kernel?.id;
    return { path, notebook: { ...notebook, cells: named }, ...(session ? { session } : {}) };
  };

  const state: NotebookState = {
    panel,
    get path() {
      return client.absolute(panel.context.localPath);
    },
    get steps() {
      return steps;
    },
    get problem() {
      return problem;
    },
    get pipelineRun() {
      return pipelineRun;
    },
    get runs() {
      return runs;
    },
    get cells() {
      return cells;
    },
    get standings() {
      return standings;
    },
    get stepStandings() {
      return stepStandings;
    },
    get changed() {
      return changed;
    },
    stepOf(cellId) {
      const index = panel.content.widgets.findIndex(cell => cell.model.id === cellId);
      return steps?.pipeline.steps.find(step => step.cells.includes(index));
    },
    metric: key => shown?.metrics.find(metric => metric.key === key),
    async plan(cellId) {
      const ids = idsOfCells();
      const asked = { ...inKernel(), cell: ids.indexOf(cellId) };
      const { cells } = await client.call(planCell, asked);
      return cells.map(({ index, reason }) => ({ cellId: ids[index]!, reason }));
    },
    content: options => contentOf(panel, state.path, options),
    showCell: (cell, line) => showCell(state, cell, line),
    refresh() {
      stepsRead.now();
      standingsRead.now();
      runsRead.now();
      pipelineRead.now();
    },
    showPipelineRun(run) {
      pipelineRun = run;
      changed.emit();
    }
  };
  const changed = new Signal<NotebookState, void>(state);

  let seen = '';
  /** Outputs, counts and trust change the model too, as often as a cell prints; nothing that is read here depends on them. */
  const contentLook = paced(EDIT_PAUSE, async () => {
    const text = panel.model ? contentText(state.content()) : seen;
    if (text === seen) return;
    seen = text;
    stepsRead.now();
    standingsRead.now();
  });
  const stepsRead = paced(EDIT_PAUSE, async () => {
    if (!panel.model) return;
    try {
      steps = await client.call(readSteps, state.content());
      problem = undefined;
    } catch (error) {
      problem = asCallError(error);
    }
    changed.emit();
  });
  const standingsRead = paced(EVENT_PAUSE, async () => {
    if (!panel.model) return;
    const ids = idsOfCells();
    const found = await client.call(readCells, inKernel());
    standings = new Map(found.cells.map(cell => [ids[cell.index]!, cell]));
    stepStandings = found.steps;
    changed.emit();
  });
  const runsRead = paced(EVENT_PAUSE, async () => {
    const found = await client.call(listRuns, { notebook: state.path, limit: RUNS_SHOWN });
    runs = found.items;
    // A pipeline's run is newer than the session's, but it did not run these cells.
    const kernel = panel.sessionContext.session?.kernel?.id;
    shown = runs.find(({ sessionId }) => sessionId === kernel) ?? runs[0];
    const detail = shown && (await client.call(getRun, { runId: shown.runId }));
    cells = new Map();
    for (const cell of detail?.cells ?? []) if (cell.cellId) cells.set(cell.cellId, cell);
    changed.emit();
  });
  const pipelineRead = paced(EVENT_PAUSE, async () => {
    const id = pipelineRun?.state === 'running' ? pipelineRun.pipelineRunId : undefined;
    const found = id
      ? await client.call(getPipelineRun, { pipelineRunId: id })
      : (await client.call(listPipelineRuns, { notebook: state.path, limit: 1 })).items[0];
    // A run that was started meanwhile is newer than this answer.
    if (found && found.startTime >= (pipelineRun?.startTime ?? 0)) pipelineRun = found;
    changed.emit();
  });

  const readAgain = () => {
    stepsRead.soon();
    standingsRead.soon();
  };
  const heard = (_: unknown, event: HeardEvent) => {
    if (event.type === 'resync') return state.refresh();
    if (!('notebook' in event) || event.notebook !== state.path) return;
    if (event.type === 'notebook-moved') state.refresh();
    else if (event.type === 'version-captured') readAgain();
    else if (event.type === 'proof-changed') {
      // What it found out is in the steps once it has ended.
      if (!event.running) readAgain();
    } else if (event.type === 'pipeline-run-changed') pipelineRead.soon();
    else if (event.type !== 'pipeline-exported') {
      runsRead.soon();
      if (event.type !== 'metrics-logged') standingsRead.soon();
    }
  };
  const statusChanged = () => client.status.now.state === 'ready' && state.refresh();

  client.events.heard.connect(heard);
  client.status.changed.connect(statusChanged);
  panel.context.pathChanged.connect(state.refresh);
  panel.sessionContext.kernelChanged.connect(standingsRead.soon);
  panel.disposed.connect(() => {
    for (const read of [contentLook, stepsRead, standingsRead, runsRead, pipelineRead]) read.stop();
    client.events.heard.disconnect(heard);
    client.status.changed.disconnect(statusChanged);
    Signal.clearData(state);
  });
  void panel.context.ready.then(() => {
    if (panel.isDisposed) return;
    seen = contentText(state.content());
    panel.model!.contentChanged.connect(contentLook.soon);
    state.refresh();
  });
  return state;
}
