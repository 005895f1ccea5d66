// What differs from run to run and says nothing: addresses, made-up ids, the time of day, how long something took.

const ADDRESS = /0x[0-9a-f]{6,}/gi;
const IDENTIFIER =
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b|\bsk-(?:container|estimator)-id-\d+|\bT_[0-9a-f]{5}|(?<=["#])[a-z]?[0-9a-f]{9,12}(?=[")_])/g;
const DURATION = /(?<=CPU times: |Wall time: )[^\n]*|[^\n]* per loop(?: \(mean ±[^\n]*\))?/g;
/** What a kernel and a shell call the code of a cell, in the words of an error. */
const CELL_CODE =
  /<ipython-input-\d+-\w+>|(?<=\()\d+\.py(?=, line \d)|(?<=File ")\S*ipykernel_\d+\/\d+\.py(?=")/g;
const CLOCK = /\b([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,]\d+)?/g;

/** The time in which everything ran, as milliseconds. */
export interface Window {
  from: number;
  to: number;
}

export function mask(text: string, window: Window): string {
  return text
    .replace(CELL_CODE, '<cell>')
    .replace(ADDRESS, '<address>')
    .replace(IDENTIFIER, '<id>')
    .replace(DURATION, '<duration>')
    .replace(CLOCK, (found, hours: string, minutes: string, seconds: string) =>
      isNow(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), window)
        ? '<time>'
        : found
    );
}

const DAY = 86_400;
const SLACK = 2;

/** As the machine's clock has it, or as UTC. */
function isNow(second: number, { from, to }: Window): boolean {
  const offset = -new Date(from).getTimezoneOffset() * 60;
  return [0, offset].some(zone => {
    const start = Math.floor(from / 1000) + zone - SLACK;
    const passed = (((second - start) % DAY) + DAY) % DAY;
    return passed <= (to - from) / 1000 + 2 * SLACK;
  });
}
