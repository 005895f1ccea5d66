// IPython's own syntax turned into plain Python that does the same outside of a kernel, line by line, so that
// analysis, pipelines and exports all read the same code. Lines keep their numbers.
import { statementStarts } from './logical-lines.ts';
import { lineMagic, shellCall, text } from './line-magics.ts';

export interface Magic {
  kind: 'magic' | 'shell';
  /** 1-based. */
  line: number;
  /** `time`, `bash`, `pip`; `!` for a shell line. */
  name: string;
  /** What becomes of it outside of a kernel. */
  becomes: 'python' | 'subprocess' | 'dropped' | 'environment' | 'kept';
}

export interface PlainPython {
  source: string;
  magics: Magic[];
  /** The body runs in a scope of its own (%%timeit): what it binds is gone afterwards. */
  isolated: boolean;
}

/** Words that IPython takes for commands when a cell is one line that begins with them (`pip install pandas`). */
const AUTOMATIC =
  /^(?:(pip|conda|mamba|uv|cd|env|matplotlib|load_ext|run|time|timeit)|ls|ll|mkdir|rmdir|cat|cp|mv|rm|head|man)[ \t]+(?!(?:in|is|and|or|if|not)\b)(?:[\w.~"'/$]|-\w)[^=]*$/;

/** As it would be written with its sign: a magic's `%`, a shell command's `!`. */
function withSign(source: string): string {
  if (source.includes('\n')) return source;
  const found = AUTOMATIC.exec(source.trim());
  return found ? `${found[1] ? '%' : '!'}${source.trim()}` : source;
}

export function toPlainPython(written: string): PlainPython {
  const source = withSign(written);
  if (!/[%!?]/.test(source)) return { source, magics: [], isolated: false };
  const lines = source.split('\n');
  const first = lines.findIndex(line => line.trim() !== '');
  const cellMagic = /^%%(\w[\w.]*)[ \t]*(.*)$/.exec(lines[first] ?? '');
  if (cellMagic)
    return fromCellMagic(lines, first, cellMagic[1] ?? '', (cellMagic[2] ?? '').trim());
  return fromLines(lines);
}

/** Cell magics whose body is Python that runs in the notebook's own scope. */
const PYTHON_BODIES = new Set(['time', 'capture', 'prun', 'timeit', 'memit', 'mprun', 'lprun']);
/** Their body is something to look at. */
const ONLY_SHOWN = new Set(['html', 'HTML', 'javascript', 'js', 'latex', 'markdown', 'svg', 'SVG']);
const SHELLS = new Set(['bash', 'sh', 'script', 'cmd', 'system', 'sx', '!']);

function fromCellMagic(lines: string[], at: number, name: string, rest: string): PlainPython {
  const body = lines.slice(at + 1);
  const keepLines = (code: string) =>
    [...lines.slice(0, at), code, ...body.map(() => '')].join('\n');
  const magic = (kind: Magic['kind'], becomes: Magic['becomes']): Magic[] => [
    { kind, line: at + 1, name, becomes }
  ];
  if (PYTHON_BODIES.has(name)) {
    const inner = fromLines(body);
    const target = name === 'capture' ? /(?:^|\s)([A-Za-z_]\w*)\s*$/.exec(rest)?.[1] : undefined;
    const opening = target
      ? `${target} = __import__("types").SimpleNamespace(stdout="", stderr="", outputs=[])`
      : `# %%${name} ${rest}`.trimEnd();
    return {
      source: [...lines.slice(0, at), opening, inner.source].join('\n'),
      magics: [
        ...magic('magic', 'dropped'),
        ...inner.magics.map(each => ({ ...each, line: each.line + at + 1 }))
      ],
      isolated: name === 'timeit'
    };
  }
  if (name === 'writefile' || name === 'file') {
    const append = /(^|\s)(-a|--append)(\s|$)/.test(rest);
    const path = rest.replace(/(^|\s)(-a|--append)(\s|$)/, ' ').trim();
    const code = `open(${text(path)}, "${append ? 'a' : 'w'}").write(${JSON.stringify(body.join('\n') + '\n')})`;
    return { source: keepLines(code), magics: magic('magic', 'python'), isolated: false };
  }
  if (SHELLS.has(name)) {
    const run = `__import__("subprocess").run(["bash", "-c", ${JSON.stringify(body.join('\n'))}], check=True`;
    const code = shellOutputs(rest, run);
    return { source: keepLines(code), magics: magic('shell', 'subprocess'), isolated: false };
  }
  const shown = ONLY_SHOWN.has(name);
  return {
    source: keepLines(shown ? `# %%${name} ${rest}`.trimEnd() : foreignBody(name, rest, body)),
    magics: magic('magic', shown ? 'dropped' : 'kept'),
    isolated: false
  };
}

/** `%%bash --out lines --err problems` binds what the script prints. */
function shellOutputs(rest: string, run: string): string {
  const target = (flag: string) => new RegExp(`--${flag}[= ]+([A-Za-z_]\\w*)`).exec(rest)?.[1];
  const [out, err] = [target('out'), target('err')];
  if (!out && !err) return `${run})`;
  const bound = [...(out ? [[out, 'stdout']] : []), ...(err ? [[err, 'stderr']] : [])];
  const shell = `${run}, capture_output=True, text=True)`;
  if (bound.length === 1) return `${bound[0]?.[0]} = ${shell}.${bound[0]?.[1]}`;
  return `${out}, ${err} = (lambda shell: (shell.stdout, shell.stderr))(${shell})`;
}

/** Another language's cell: only its flags say what it surely takes in and hands on (`-i df -o out`, `out <<`, `:name`). */
function foreignBody(name: string, rest: string, body: string[]): string {
  const flags = (short: string, long: string) =>
    [...rest.matchAll(new RegExp(`(?:^|\\s)(?:-${short}|--${long})[= ]+([\\w,]+)`, 'g'))].flatMap(
      found => (found[1] ?? '').split(',')
    );
  const reads = flags('i', 'input');
  const binds = flags('o', 'output');
  if (/sql/i.test(name)) {
    const arrow = /(?:^|\s)([A-Za-z_]\w*)\s*<</.exec(rest)?.[1];
    if (arrow) binds.push(arrow);
    const queries = [rest, ...body].join('\n');
    reads.push(
      ...[...queries.matchAll(/(?<![:\w]):([A-Za-z_]\w*)|\{\{\s*(\w+)\s*\}\}/g)].map(
        found => found[1] ?? found[2] ?? ''
      )
    );
  }
  const targets = binds.length ? `${binds.join(' = ')} = ` : '';
  return `${targets}__foreign__(${reads.join(', ')})`;
}

function fromLines(lines: string[]): PlainPython {
  const source = lines.join('\n');
  if (!/[%!?]/.test(source)) return { source, magics: [], isolated: false };
  const starts = statementStarts(source);
  const magics: Magic[] = [];
  const plain: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const found = starts[at] ? plainLine(continued(lines, at)) : undefined;
    plain.push(found ? found.code : line);
    if (!found) continue;
    magics.push({ kind: found.kind, line: at + 1, name: found.name, becomes: found.becomes });
    // Lines that a backslash adds to a command went into its first one.
    while (lines[at]?.endsWith('\\') && at + 1 < lines.length) {
      plain.push('');
      at += 1;
    }
  }
  return { source: plain.join('\n'), magics, isolated: false };
}

function continued(lines: string[], at: number): string {
  const line = lines[at] ?? '';
  if (!line.endsWith('\\') || at + 1 >= lines.length) return line;
  return `${line.slice(0, -1)}${continued(lines, at + 1).trimStart()}`;
}

type PlainLine = Omit<Magic, 'line'> & { code: string };

function plainLine(line: string): PlainLine | undefined {
  const assigned = /^(\s*)([A-Za-z_][\w.,\s[\]'"*()]*?=)\s*([!%])(?!=)\s*(.*)$/.exec(line);
  if (assigned && !/[=!<>]=$/.test(assigned[2] ?? '')) {
    const [, indent = '', target = '', sign, rest = ''] = assigned;
    if (sign === '!') {
      const code = `${indent}${target} ${shellCall(rest, true)}`;
      return { kind: 'shell', name: '!', becomes: 'subprocess', code };
    }
    const [name = '', ...words] = rest.split(/\s+/);
    const value = lineMagic(name, rest.slice(name.length).trim() || words.join(' '), true);
    return {
      kind: 'magic',
      name,
      becomes: value.becomes,
      code: `${indent}${target} ${value.code}`
    };
  }
  const shell = /^(\s*)!{1,2}\s*(.*)$/.exec(line);
  if (shell) {
    const [, indent = '', rest = ''] = shell;
    if (/^(pip3?|conda|mamba|uv pip)\s+(install|uninstall)/.test(rest))
      return {
        kind: 'shell',
        name: 'pip',
        becomes: 'environment',
        code: `${indent}pass  # !${rest}`
      };
    return {
      kind: 'shell',
      name: '!',
      becomes: 'subprocess',
      code: indent + shellCall(rest, false)
    };
  }
  const magic = /^(\s*)%{1,2}([A-Za-z_][\w.]*)[ \t]*(.*)$/.exec(line);
  if (magic) {
    const [, indent = '', name = '', rest = ''] = magic;
    const { code, becomes } = lineMagic(name, rest, false);
    return {
      kind: becomes === 'subprocess' ? 'shell' : 'magic',
      name,
      becomes,
      code: indent + code
    };
  }
  const help = /^(\s*)(?:\?{1,2}\s*[\w.*]+|[A-Za-z_][\w.*]*\s*\?{1,2})\s*;?\s*$/.exec(line);
  if (help)
    return {
      kind: 'magic',
      name: '?',
      becomes: 'dropped',
      code: `${help[1]}pass  # ${line.trim()}`
    };
  return undefined;
}
