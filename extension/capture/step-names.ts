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
