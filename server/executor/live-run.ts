// A run as it goes: its state in memory for those who look now, on the disk for those who look later.
import type { LogLine, PipelineRun, StepRun } from '../contract/executor.ts';
import type { EventBus } from '../events/bus.ts';
import { type ExecutorStore, type ResultRow } from './store.ts';
import { runRow, stepRow } from './rows.ts';
import type { StepParts } from './step-parts.ts';

const PUBLISH_EVERY = 100;
const FLUSH_LOGS_EVERY = 250;
/** What a step may say; a loop that prints for ever must not fill the disk. */
const LINES_KEPT = 20_000;

export interface LiveRun {
  readonly run: PipelineRun;
  /** Notes the change; panels hear of it within a tenth of a second. */
  update(step: string, change: Partial<StepRun>): void;
  /** The last change of a step, kept with what it depended on and what can be reused. */
  end(step: string, change: Partial<StepRun>, parts?: StepParts, result?: ResultRow): void;
  log(step: string, stream: LogLine['stream'], lines: string[]): void;
  /** What the step said so far, for those who will be given its stored result. */
  linesOf(step: string): LogLine[];
  flush(): Promise<void>;
  finish(state: PipelineRun['state'], time: number): Promise<void>;
}

export function createLiveRun(run: PipelineRun, store: ExecutorStore, bus: EventBus): LiveRun {
  const position = new Map(run.steps.map((step, at) => [step.step, at]));
  const said = new Map<string, LogLine[]>();
  const writes = new Set<Promise<void>>();
  const { pipelineRunId, notebook } = run;
  let unsaved: LogLine[] = [];
  let sequence = 0;
  let publishing: NodeJS.Timeout | undefined;
  let flushing: NodeJS.Timeout | undefined;

  function publish(): void {
    publishing ??= setTimeout(() => {
      publishing = undefined;
      bus.publish({ type: 'pipeline-run-changed', pipelineRunId, notebook });
    }, PUBLISH_EVERY);
  }

  /** A full disk must not end the run: what cannot be kept is only missing later. */
  function keep(write: Promise<void>): void {
    const settled = write.catch(() => {}).finally(() => writes.delete(settled));
    writes.add(settled);
  }

  function apply(step: string, change: Partial<StepRun>): number {
    const at = position.get(step)!;
    run.steps[at] = { ...run.steps[at]!, ...change };
    publish();
    return at;
  }

  async function flush(): Promise<void> {
    clearTimeout(flushing);
    flushing = undefined;
    if (unsaved.length > 0) {
      const lines = unsaved.map(({ seq, step, stream, text }) => ({
        pipeline_run_id: pipelineRunId,
        seq,
        step,
        stream,
        text
      }));
      unsaved = [];
      keep(store.addLogs(lines));
    }
    await Promise.all(writes);
  }

  return {
    run,
    update(step, change) {
      const at = apply(step, change);
      keep(store.saveSteps([stepRow(pipelineRunId, at, run.steps[at]!)]));
    },
    end(step, change, parts, result) {
      const at = apply(step, change);
      const failed = Number(run.steps[at]!.state === 'failed');
      const mark = parts && { notebook, step, parts: JSON.stringify(parts), failed };
      keep(store.endStep(stepRow(pipelineRunId, at, run.steps[at]!), mark, result));
    },
    log(step, stream, texts) {
      const lines = said.get(step) ?? [];
      said.set(step, lines);
      for (const text of texts) {
        if (lines.length > LINES_KEPT) return;
        const last = lines.length === LINES_KEPT;
        const line = {
          seq: ++sequence,
          step,
          stream,
          text: last ? '… the rest of the output is not kept' : lastOverwrite(text)
        };
        lines.push(line);
        unsaved.push(line);
      }
      flushing ??= setTimeout(() => void flush(), FLUSH_LOGS_EVERY);
      publish();
    },
    linesOf: step => said.get(step) ?? [],
    flush,
    async finish(state, time) {
      await flush();
      await store.saveRun(runRow({ ...run, state, endTime: time })).catch(() => {});
      // Only now: whoever reads that it has ended may rely on what is stored.
      Object.assign(run, { state, endTime: time });
      clearTimeout(publishing);
      bus.publish({ type: 'pipeline-run-changed', pipelineRunId, notebook });
    }
  };
}

/** A progress bar writes over its line again and again: what stands there at the end. */
function lastOverwrite(text: string): string {
  const line = text.replace(/\r+$/, '');
  return line.slice(line.lastIndexOf('\r') + 1);
}
