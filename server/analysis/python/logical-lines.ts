// Where a line of a cell starts a statement: not inside brackets, a string, or after a backslash. Only there IPython looks for magics.
export function statementStarts(source: string): boolean[] {
  const starts: boolean[] = [];
  let depth = 0;
  let quote = '';
  let fresh = true;
  for (const line of source.split('\n')) {
    starts.push(fresh && quote === '' && depth === 0);
    let at = 0;
    let continued = false;
    while (at < line.length) {
      if (quote !== '') {
        if (line[at] === '\\') {
          at += 2;
          continue;
        }
        if (line.startsWith(quote, at)) {
          at += quote.length;
          quote = '';
        } else at += 1;
        continue;
      }
      const letter = line[at] ?? '';
      // A magic's or shell line's own text is not Python: its quotes and brackets bind nothing.
      if ((letter === '%' || letter === '!') && isMagicText(line, at, starts.at(-1) ?? false))
        break;
      if (letter === '#') break;
      if (letter === '"' || letter === "'") {
        quote = line.startsWith(letter.repeat(3), at) ? letter.repeat(3) : letter;
        at += quote.length;
        continue;
      }
      if ('([{'.includes(letter)) depth += 1;
      else if (')]}'.includes(letter)) depth = Math.max(0, depth - 1);
      else if (letter === '\\' && at === line.length - 1) continued = true;
      at += 1;
    }
    // A string in single quotes ends with its line, closed or not, unless the line break is escaped.
    if (quote.length === 1 && !line.endsWith('\\')) quote = '';
    fresh = !continued;
  }
  return starts;
}

function isMagicText(line: string, at: number, start: boolean): boolean {
  if (!start) return false;
  const before = line.slice(0, at);
  return /^\s*$/.test(before) || (/^[^=!<>()]*[^=!<>]=\s*$/.test(before) && line[at + 1] !== '=');
}
