// The only two things we write into a notebook's cells: `metadata.stepladder.step`, and its removal.

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
  cell.setMetadata(KEY, { ...(cell.getMetadata(KEY) as object | undefined), step });
}

export function clearStep(cell: CellModel): void {
  const rest = { ...(cell.getMetadata(KEY) as Record<string, unknown> | undefined) };
  delete rest['step'];
  if (Object.keys(rest).length > 0) cell.setMetadata(KEY, rest);
  else cell.deleteMetadata(KEY);
}
