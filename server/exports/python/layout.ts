// Text as Black and Ruff would leave it, so that nobody's formatter changes an exported file.
import { lex } from './lex.ts';

const WIDTH = 88;

/** `head` + items + `tail`: on one line when it fits, else one item a line with a trailing comma. */
export function list(indent: number, head: string, items: string[], tail: string): string {
  const margin = ' '.repeat(indent);
  const line = `${margin}${head}${items.join(', ')}${tail}`;
  const fits = line.length <= WIDTH && !items.some(item => item.includes('\n'));
  if (fits || items.length === 0) return line;
  const inner = ' '.repeat(indent + 4);
  const lines = items.map(item => `${inner}${item.replaceAll('\n', `\n${inner}`)},\n`);
  return `${margin}${head}\n${lines.join('')}${margin}${tail}`;
}

/** Moves code to the right; the inside of a string that spans lines stays as it is. */
export function indent(source: string, by = 4): string {
  const margin = ' '.repeat(by);
  const inString = linesInsideStrings(source);
  return source
    .split('\n')
    .map((line, i) => (inString.has(i) || line.trim() === '' ? line : margin + line))
    .join('\n');
}

/** No blank lines at either end, none twice in a row, no blanks at ends of lines; strings stay as they are. */
export function tidy(source: string): string {
  const inString = linesInsideStrings(source);
  const ends = new Set([...inString].map(line => line - 1));
  const kept: string[] = [];
  source.split('\n').forEach((line, i) => {
    const text = ends.has(i) ? line : line.trimEnd();
    const isRepeatedBlank =
      text === '' && !inString.has(i) && (kept.length === 0 || kept.at(-1) === '');
    if (!isRepeatedBlank) kept.push(text);
  });
  while (kept.at(-1) === '') kept.pop();
  return kept.join('\n');
}

function linesInsideStrings(source: string): Set<number> {
  const lines = new Set<number>();
  for (const { kind, text, line } of lex(source)) {
    if (kind !== 'string') continue;
    for (let i = 1; i < text.split('\n').length; i += 1) lines.add(line + i);
  }
  return lines;
}

/** A docstring's text: `lines` below each other, indented, with nothing in them that would end or change it. */
export function docstring(lines: string[], by = 4): string {
  const margin = ' '.repeat(by);
  const safe = lines.map(line => line.replaceAll('\\', '\\\\').replaceAll('"""', "'''").trimEnd());
  if (safe.length === 1) return `${margin}"""${safe[0]!.replace(/"$/, '" ')}"""`;
  const [first, ...rest] = safe;
  return [
    `${margin}"""${first}`,
    ...rest.map(line => (line ? margin + line : '')),
    `${margin}"""`
  ].join('\n');
}

/** Words in lines of at most `width` letters. */
export function wrap(text: string, width = WIDTH - 4): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A Python string literal, in double quotes. */
export const quote = (text: string): string => JSON.stringify(text);
