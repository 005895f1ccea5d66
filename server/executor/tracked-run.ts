// The one tracked run of a pipeline run: its steps' logging goes there, and it says what each step did.
import { createHash } from 'node:crypto';
import type { StepRun } from '../contract/executor.ts';
import type { SessionEvent } from '../contract/tracking.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Pipeline } from '../contract/pipelines.ts';
import type { Clock } from '../events/clock.ts';
import type { TrackingService } from '../tracking/service.ts';
import type { ParamValue } from './params.ts';

export interface TrackedRun {
  readonly sessionId: string;
  readonly runId: string | undefined;
  step(run: StepRun, source: string): void;
  end(killed: boolean): Promise<void>;
}

interface TrackedParts {
  tracking: TrackingService;
  clock: Clock;
  pipelineRunId: string;
  /** Its path. */
  notebook: string;
  content: Notebook;
  pipeline: Pipeline;
  /** Given for this run; the others have the notebook's own values. */
  params: Record<string, ParamValue>;
}

/** Tracking that fails never stops a pipeline: the run goes on without. */
export async function beginTrackedRun({
  tracking,
  clock,
  pipelineRunId,
  notebook,
  content,
  pipeline,
  params
}: TrackedParts): Promise<TrackedRun> {
  const sessionId = `pipeline-${pipelineRunId}`;
  const kernel = { language: pipeline.language };
  const idOf = (cell: number) => {
    const id = content.cells[cell]?.id;
    return id === undefined ? {} : { cellId: id };
  };
  let queue: Promise<unknown> = Promise.resolve();

  const event = (name: string) => ({ id: eventId(pipelineRunId, name), time: clock() });
  function send(...events: SessionEvent[]): Promise<void> {
    const sent = queue.then(() =>
      tracking.recordSession({
        sessionId,
        source: 'executor',
        notebook,
        kernel,
        events
      })
    );
    queue = sent.catch(() => undefined);
    return queue.then(() => undefined);
  }

  await send(
    { ...event('started'), type: 'session-started' },
    {
      ...event('params'),
      type: 'logged',
      params: paramTexts(pipeline, params),
      tags: { 'stepladder.pipelineRun': pipelineRunId },
      metrics: []
    },
    ...replicatedCells(pipeline).flatMap((cell): SessionEvent[] => {
      const executionId = `${pipelineRunId}-cell-${cell}`;
      const source = cellSource(content.cells[cell]!);
      const started = { ...event(`${cell} started`), executionId, source, tags: [], ...idOf(cell) };
      const ended = { ...event(`${cell} ended`), executionId, state: 'ok' as const, changes: [] };
      return [
        { ...started, type: 'cell-started' },
        { ...ended, type: 'cell-ended' }
      ];
    })
  );
  const answer = await Promise.resolve()
    .then(() => tracking.getSessionRun({ sessionId, notebook }))
    .catch(() => undefined);

  return {
    sessionId,
    runId: answer?.runId,
    step(run, source) {
      const executionId = `${pipelineRunId}-${run.step}`;
      const cells = pipeline.steps.find(({ name }) => name === run.step)?.cells ?? [];
      if (run.state === 'running') {
        void send({
          ...event(`${run.step} started`),
          type: 'cell-started',
          executionId,
          step: run.step,
          source,
          tags: [],
          ...(cells.length === 1 ? idOf(cells[0]!) : {})
        });
        return;
      }
      void send({
        ...event(`${run.step} ended`),
        type: 'cell-ended',
        executionId,
        state: run.state === 'done' ? 'ok' : run.state === 'cancelled' ? 'interrupted' : 'error',
        ...(run.error ? { error: { name: run.error.name, value: run.error.value } } : {}),
        changes: run.outputs.map(({ name, type, shape }) => ({
          name,
          type,
          ...(shape === undefined ? {} : { shape })
        }))
      });
    },
    end: killed => send({ ...event('ended'), type: 'session-ended', killed })
  };
}

/** Cells that every step repeats and that are no step: imports, definitions, parameters. */
function replicatedCells({ prelude, parameters, steps }: Pipeline): number[] {
  const inSteps = new Set(steps.flatMap(({ cells }) => cells));
  const cells = new Set([...prelude, ...parameters].map(({ cell }) => cell));
  return [...cells].filter(cell => !inSteps.has(cell)).sort((a, b) => a - b);
}

/** As a notebook's own run has them: text without quotes. */
function paramTexts(
  { parameters }: Pipeline,
  given: Record<string, ParamValue>
): Record<string, string> {
  const own = parameters.map(({ name, type, source }) => [
    name,
    type === 'str' ? source.replace(/^(['"])([^'"\\]*)\1$/, '$2') : source
  ]);
  const changed = Object.entries(given).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries([...own, ...changed]) as Record<string, string>;
}

function eventId(pipelineRunId: string, name: string): string {
  return createHash('sha256').update(`${pipelineRunId} ${name}`).digest('hex').slice(0, 32);
}
