// How the command line speaks: one JSON object a line with --json, short aligned text without.
import type { Finding } from '../contract/analysis.ts';
import type { Problem } from '../contract/problem.ts';

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** On standard error, with place and remedy. @returns the exit code that fits. */
export function reportProblem(problem: Problem): number {
  const place = [
    problem.cell === undefined ? '' : `cell ${problem.cell + 1}`,
    problem.line === undefined ? '' : `line ${problem.line}`
  ].filter(Boolean);
  const where = place.length > 0 ? `${place.join(', ')}: ` : '';
  process.stderr.write(`stepladder: ${where}${problem.detail}\n`);
  if (problem.remedy) process.stderr.write(`  ${problem.remedy}\n`);
  return problem.status >= 500 || problem.status === 429 ? 1 : 2;
}

/** What the author should know, on standard error, with its place and what to do. */
export function printFindings(findings: readonly Finding[]): void {
  for (const { cell, line, message, remedy } of findings)
    process.stderr.write(`cell ${cell + 1}, line ${line}: ${message}\n  ${remedy}\n`);
}

/** Columns as wide as their widest cell; numbers at the right. */
export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map(row => (row[column] ?? '').length))
  );
  const isNumber = head.map(
    (_, column) => rows.length > 0 && rows.every(row => /^[-–\d.,e+ ]*$/.test(row[column] ?? ''))
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)
      )
      .join('  ')
      .trimEnd();
  print(line(head));
  for (const row of rows) print(line(row));
}

export function formatTime(time: number): string {
  const date = new Date(time);
  // Nanoseconds, say, are no date: whoever logged them sees them.
  if (Number.isNaN(date.getTime())) return String(time);
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toPrecision(3)} s`;
}

/** At most four significant digits. */
export function formatValue(value: number | string | undefined): string {
  if (value === undefined) return '–';
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
}
