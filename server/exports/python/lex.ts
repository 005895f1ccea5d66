// Python source as tokens: enough to indent it, to read its names, and never to mistake a string for code.

export interface Token {
  kind: 'word' | 'number' | 'string' | 'comment' | 'newline' | 'sign';
  text: string;
  /** 0-based. */
  line: number;
  /** Of its first character in its line. */
  column: number;
  /** How many brackets are open around it. */
  depth: number;
}

const SPACE = /[ \t\f]+|\\\r?\n/y;
const STRING_START = /(?:[rbft]|rb|br|rf|fr|rt|tr)?("""|'''|"|')/iy;
const WORD = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const NUMBER = /(?:\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\.\d\w*)/y;
const SIGN = /(?:\*\*|\/\/|<<|>>|->|[-+*/%&|^@<>=!:])=?|./suy;

export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 0;
  let lineStart = 0;
  let depth = 0;

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const push = (kind: Token['kind'], text: string) => {
    tokens.push({ kind, text, line, column: at - lineStart, depth });
    advance(text);
  };
  const advance = (text: string) => {
    for (let i = 0; i < text.length; i += 1) {
      if (text[i] !== '\n') continue;
      line += 1;
      lineStart = at + i + 1;
    }
    at += text.length;
  };

  while (at < source.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      advance(space);
      continue;
    }
    const next = source[at]!;
    const opening = match(STRING_START);
    if (next === '\n') push('newline', next);
    else if (next === '#') push('comment', match(/[^\n]*/y)!);
    else if (opening !== undefined) push('string', wholeString(source, at, opening));
    else {
      const word = match(WORD);
      const number = word === undefined ? match(NUMBER) : undefined;
      if (word !== undefined) push('word', word);
      else if (number !== undefined) push('number', number);
      else {
        if (')]}'.includes(next)) depth = Math.max(0, depth - 1);
        push('sign', match(SIGN)!);
        if ('([{'.includes(next)) depth += 1;
      }
    }
  }
  return tokens;
}

function wholeString(source: string, start: number, opening: string): string {
  const quote = /("""|'''|"|')$/.exec(opening)![0];
  let at = start + opening.length;
  while (at < source.length) {
    if (source[at] === '\\') at += 2;
    else if (source.startsWith(quote, at)) return source.slice(start, at + quote.length);
    else if (quote.length === 1 && source[at] === '\n') return source.slice(start, at);
    else at += 1;
  }
  return source.slice(start);
}

/** Names read by the replacement fields of an f-string; the text of any other string is no code. */
export function namesInString(text: string): string[] {
  if (!/^[rRbB]*[fFtT]/.test(text)) return [];
  const fields = text.replaceAll('{{', '').match(/\{[^}]*\}?/g) ?? [];
  return fields.flatMap(field => field.match(/(?<![\w.!])[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
}
