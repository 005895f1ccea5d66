// The one tracked run of a pipeline run: its steps' logging goes there, and it says what each step did.
import { createHash } from 'node:crypto';
import type { StepRun } from '../contract/executor.ts';
import type { SessionEvent } from '../contract/tracking.ts';
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
  notebook: string;
  language: string;
  params: Record<string, ParamValue>;
}

/** Tracking that fails never stops a pipeline: the run goes on without. */
export async function beginTrackedRun({
  tracking,
  clock,
  pipelineRunId,
  notebook,
  language,
  params
}: TrackedParts): Promise<TrackedRun> {
  const sessionId = `pipeline-${pipelineRunId}`;
  let queue: Promise<unknown> = Promise.resolve();

  const event = (name: string) => ({ id: eventId(pipelineRunId, name), time: clock() });
  function send(...events: SessionEvent[]): Promise<void> {
    const sent = queue.then(() =>
      tracking.recordSession({
        sessionId,
        source: 'executor',
        notebook,
        kernel: { language },
        events
      })
    );
    queue = sent.catch(() => undefined);
    return queue.then(() => undefined);
  }

  const texts = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, String(value)])
  );
  await send(
    { ...event('started'), type: 'session-started' },
    {
      ...event('params'),
      type: 'logged',
      params: texts,
      tags: { 'stepladder.pipelineRun': pipelineRunId },
      metrics: []
    }
  );
  const answer = await Promise.resolve()
    .then(() => tracking.getSessionRun({ sessionId, notebook }))
    .catch(() => undefined);

  return {
    sessionId,
    runId: answer?.runId,
    step(run, source) {
      const executionId = `${pipelineRunId}-${run.step}`;
      if (run.state === 'running') {
        void send({
          ...event(`${run.step} started`),
          type: 'cell-started',
          executionId,
          step: run.step,
          source,
          tags: []
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

function eventId(pipelineRunId: string, name: string): string {
  return createHash('sha256').update(`${pipelineRunId} ${name}`).digest('hex').slice(0, 32);
}
