// What the set-up says: a line when something longer begins, a line with its seconds when it is done.

/** A fault that the reader can do something about: said without a stack. */
export class SetupError extends Error {
  /** @param {string} message @param {string} remedy */
  constructor(message, remedy) {
    super(message);
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}

const STILL_THERE = 10_000;
const began = performance.now();

/** @param {number} since @returns {string} */
export const seconds = (since = began) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs `work` between two lines, with a sign of life in between when it takes long.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const start = performance.now();
  say(`  … ${what}`);
  const alive = setInterval(
    () => say(`  … ${what}: ${Math.round((performance.now() - start) / 1000)} s so far`),
    STILL_THERE
  );
  try {
    const result = await work();
    say(`  ✓ ${what}: ${seconds(start)}`);
    return result;
  } finally {
    clearInterval(alive);
  }
}

/** @param {unknown} error @returns {never} */
export function giveUp(error) {
  if (error instanceof SetupError)
    process.stderr.write(`\n${error.message}\n\n  ${error.remedy}\n`);
  else process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}
