// Names of steps: what Python, file systems and orchestrators all accept (the contract's STEP_NAME).
export const STEP_NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** What was typed, made fit: `Load flights!` -> `load_flights`. Undefined when nothing is left of it. */
export function stepNameFrom(typed: string): string | undefined {
  const name = typed
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  if (name === '') return undefined;
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** `train` -> `train_2` where there is a `train` already. */
export function unusedName(name: string, used: readonly string[]): string {
  const stem = name.replace(/_\d+$/, '');
  for (let count = 2; ; count += 1) {
    const next = `${stem}_${count}`;
    if (!used.includes(next)) return next;
  }
}
