// Text as a terminal leaves it on the screen: progress bars draw over themselves, and only what stays counts.

export interface Row {
  text: string;
  /** Drawn over, or meant to be: the beginning of the line was gone back to. */
  redrawn: boolean;
}

const PARTS = /\x1b\[([0-9;?]*)([A-Za-z])|\x1b[()][A-Z0-9]|\r?\n|[\r\b]|[^\x1b\n\r\b]+|\x1b/g;
/** A bar that moves further up than this is taken to stay. */
const HIGHEST = 200;

export function readAsTerminal(text: string): Row[] {
  const rows: Row[] = [{ text: '', redrawn: false }];
  let [row, column] = [0, 0];
  const rowAt = (at: number): Row => (rows[at] ??= { text: '', redrawn: false });
  const write = (written: string) => {
    const line = rowAt(row);
    if (line.text.length > column) line.redrawn = true;
    line.text =
      line.text.padEnd(column).slice(0, column) +
      written +
      line.text.slice(column + written.length);
    column += written.length;
  };
  const move = (by: number, kind: string) => {
    if (kind === 'A') row = Math.max(0, row - Math.min(by, HIGHEST));
    else if (kind === 'B') row = Math.min(rows.length - 1, row + by);
    else if (kind === 'C') column += Math.min(by, HIGHEST);
    else if (kind === 'D') column = Math.max(0, column - by);
    else if (kind === 'K') {
      const line = rowAt(row);
      if (line.text.length > column) line.redrawn = true;
      line.text = line.text.slice(0, column);
    }
  };
  for (const [part, count, kind] of text.matchAll(PARTS)) {
    if (part.endsWith('\n')) {
      row++;
      column = 0;
      rowAt(row);
    } else if (part === '\r') {
      column = 0;
      rowAt(row).redrawn = true;
    } else if (part === '\b') column = Math.max(0, column - 1);
    else if (kind !== undefined) move(Number(count) || (kind === 'K' ? 0 : 1), kind);
    else if (!part.startsWith('\x1b')) write(part);
  }
  return rows.map(({ text: line, redrawn }) => ({ text: line.trimEnd(), redrawn }));
}
