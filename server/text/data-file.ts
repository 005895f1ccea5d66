// What a data file says of itself: its rows and columns, for the formats that are text. Types are those of all its values.
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';

export interface DataFacts {
  rows?: number;
  columns?: { name: string; type: string }[];
}

const SEPARATORS: Record<string, string> = { '.csv': ',', '.tsv': '\t', '.tab': '\t' };
const LINES_OF_JSON = new Set(['.jsonl', '.ndjson']);
/** Types are taken from so many rows; rows are counted to the end. */
const ROWS_TYPED = 10_000;

export async function readDataFacts(path: string): Promise<DataFacts> {
  const ending = extname(path).toLowerCase();
  const separator = SEPARATORS[ending];
  if (separator !== undefined) return readSeparated(path, separator);
  return LINES_OF_JSON.has(ending) ? readJsonLines(path) : {};
}

async function readSeparated(path: string, separator: string): Promise<DataFacts> {
  let names: string[] | undefined;
  const types: Set<string>[] = [];
  let rows = 0;
  let open = '';
  for await (const line of lines(path)) {
    const record = open === '' ? line : `${open}\n${line}`;
    // A quoted field may go over several lines: an odd number of quotes says that it is not over.
    open = (record.match(/"/g)?.length ?? 0) % 2 === 1 ? record : '';
    if (open !== '' || record === '') continue;
    if (!names) {
      names = splitRecord(record.replace(/^\uFEFF/, ''), separator);
      continue;
    }
    rows += 1;
    if (rows > ROWS_TYPED) continue;
    splitRecord(record, separator).forEach((value, at) => {
      if (value !== '') (types[at] ??= new Set()).add(typeOfText(value));
    });
  }
  return {
    rows,
    columns: (names ?? []).map((name, at) => ({ name, type: widest(types[at] ?? new Set()) }))
  };
}

async function readJsonLines(path: string): Promise<DataFacts> {
  const types = new Map<string, Set<string>>();
  let rows = 0;
  for await (const line of lines(path)) {
    if (line.trim() === '') continue;
    rows += 1;
    if (rows > ROWS_TYPED) continue;
    for (const [name, value] of Object.entries(parseObject(line))) {
      const known = types.get(name) ?? new Set();
      types.set(name, known);
      if (value !== null) known.add(typeOfValue(value));
    }
  }
  return { rows, columns: [...types].map(([name, all]) => ({ name, type: widest(all) })) };
}

const lines = (path: string) =>
  createInterface({ input: createReadStream(path), crlfDelay: Infinity });

function parseObject(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function splitRecord(record: string, separator: string): string[] {
  if (!record.includes('"')) return record.split(separator);
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < record.length; at += 1) {
    const letter = record[at]!;
    if (letter === '"') {
      if (quoted && record[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = !quoted;
    } else if (letter === separator && !quoted) {
      fields.push(field);
      field = '';
    } else field += letter;
  }
  return [...fields, field];
}

function typeOfText(value: string): string {
  if (/^\s*[-+]?\d+\s*$/.test(value)) return 'int';
  if (/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$|^(nan|inf|-inf)$/i.test(value)) return 'float';
  if (/^(true|false)$/i.test(value)) return 'bool';
  return /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$/.test(value) ? 'date' : 'text';
}

function typeOfValue(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? typeOfText(value) : 'object';
}

function widest(types: Set<string>): string {
  if (types.size === 0) return 'empty';
  if (types.size === 1) return [...types][0]!;
  return [...types].every(type => type === 'int' || type === 'float') ? 'float' : 'text';
}
