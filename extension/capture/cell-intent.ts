// All that we write into a notebook's cells: `metadata.stepladder.step`, and `writers`: who gives a name where the code leaves that open.

/** As far as we use a cell model. */
interface CellModel {
  getMetadata(key: string): unknown;
  setMetadata(key: string, value: unknown): void;
  deleteMetadata(key: string): void;
}

const KEY = 'stepladder';

export function stepNameOf(cell: Pick<CellModel, 'getMetadata'>): string | undefined {
  const step = (cell.getMetadata(KEY) as { step?: unknown } | undefined)?.step;
  return typeof step === 'string' && step !== '' ? step : undefined;
}

export function setStep(cell: CellModel, step: string): void {
  write(cell, { ...ownOf(cell), step });
}

export function clearStep(cell: CellModel): void {
  write(cell, { ...ownOf(cell), step: undefined });
}

/** Who gives `name` to this cell; undefined leaves it open again. */
export function setWriter(cell: CellModel, name: string, choice: string | undefined): void {
  const own = ownOf(cell);
  const writers = sorted({ ...(own['writers'] as object | undefined), [name]: choice });
  write(cell, { ...own, writers: Object.keys(writers).length > 0 ? writers : undefined });
}

const ownOf = (cell: CellModel) =>
  (cell.getMetadata(KEY) as Record<string, unknown> | undefined) ?? {};

function write(cell: CellModel, intent: Record<string, unknown>): void {
  const kept = sorted(intent);
  if (Object.keys(kept).length > 0) cell.setMetadata(KEY, kept);
  else cell.deleteMetadata(KEY);
}

/** By key, so that a notebook's diff is small; without what is undefined. */
const sorted = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  );
