// A step under watch: it says which cell it has begun, and each has its time. What waits for something that only the notebook's
// one process had would otherwise wait for ever.
import type { Job, JobResult, Workers } from '../executor/service.ts';

export interface Watch {
  workers: Workers;
  /** Seconds that a cell may take at most. */
  limit: number;
  /** What it took in the notebook. */
  secondsOf(cell: number): number | undefined;
  cancelled: AbortSignal;
}

/** For the start of a process, imports, and reading and comparing values. */
const AROUND = 60;
/** A cell is slower where nothing is warm, and where others work at the same time. */
const [SLOWER, LEAST] = [10, 60];
const TOO_LATE = 'TimeoutError';

export async function runWatched(
  { workers, limit, secondsOf, cancelled }: Watch,
  job: Job
): Promise<JobResult> {
  const cells = new Set(job.cells.map(({ cell }) => cell));
  // Until it speaks nobody knows where it is: workers of other languages never do.
  let allowed = limit * cells.size + AROUND;
  let at: number | undefined;
  let isLate = false;
  const begin = () => {
    allowed = Math.ceil(allowed);
    return setTimeout(() => {
      isLate = true;
      step.kill();
    }, allowed * 1000);
  };
  const step = workers.start(job, (_, lines) => {
    const said = lines.filter(Boolean).at(-1);
    if (said === undefined || isLate) return;
    at = cells.has(Number(said)) ? Number(said) : undefined;
    const taken = at === undefined ? undefined : secondsOf(at);
    allowed =
      at === undefined
        ? limit + AROUND
        : Math.min(limit, taken === undefined ? limit : LEAST + SLOWER * taken);
    clearTimeout(timer);
    timer = begin();
  });
  let timer = begin();
  const kill = () => step.kill();
  cancelled.addEventListener('abort', kill);
  const result = await step.ended;
  clearTimeout(timer);
  cancelled.removeEventListener('abort', kill);
  return isLate ? tooLate(job, at, allowed) : result;
}

function tooLate({ step, cells }: Job, at: number | undefined, seconds: number): JobResult {
  const where = at === undefined ? '' : ` in cell ${at + 1}`;
  return {
    error: {
      name: TOO_LATE,
      value: `Step "${step}" did not end within ${seconds} seconds${where} when it ran in a process of its own`,
      cell: at ?? cells[0]!.cell
    }
  };
}

export const isTooLate = (result: JobResult): boolean =>
  'error' in result && result.error.name === TOO_LATE;
