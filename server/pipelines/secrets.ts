// Secrets in a notebook, found before it is committed: keys and tokens by their own form, passwords by where they stand.
import type { Finding } from '../contract/analysis.ts';
import { cellSource, type Notebook, type NotebookCell } from '../contract/notebook.ts';

const KINDS: [what: string, pattern: RegExp][] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['an AWS access key', /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b/],
  ['a GitLab token', /\bgl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,}/],
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['a Slack webhook', /hooks\.slack\.com\/services\/[A-Z0-9]+\/[A-Z0-9]+\/[A-Za-z0-9]{16,}/],
  ['a Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  // Not the styles of scikit-learn's diagrams, `sk-toggleable__label-arrow` and the like.
  [
    'an API key of a model provider',
    /\bsk-(?:(?:ant|proj|svcacct|or)-[\w-]{20,}|(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{20,})/
  ],
  ['a Hugging Face token', /\bhf_[A-Za-z0-9]{30,}\b/],
  ['a Stripe key', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}\b/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a PyPI token', /\bpypi-AgEI[A-Za-z0-9_-]{20,}/],
  ['a SendGrid key', /\bSG\.[\w-]{16,}\.[\w-]{16,}/],
  ['a Databricks token', /\bdapi[a-f0-9]{32}\b/],
  ['a DigitalOcean token', /\bdo[opr]_v1_[a-f0-9]{64}\b/],
  ['an Azure storage key', /AccountKey=[A-Za-z0-9+/]{40,}={0,2}/],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['a bearer token', /\bBearer\s+(?=[\w.~+/-]*\d)[\w.~+/-]{20,}=*/]
];

/** `scheme://user:password@host` */
const CONNECTION = /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*:([^\s@'"/]+)@[^\s/'"@]+/i;

/** `password = "…"`, `"api_key": "…"`, `token='…'`, `os.environ["X_SECRET"] = "…"` */
const NAMED =
  /\b[\w.-]*(?:passw(?:or)?d|passwd|pwd|secret|token(?!iz)|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|credential)s?\w*["']?\]?\s*(?::\s*\w+\s*)?(?:=|:)\s*[rbuf]?(["'])((?:(?!\1).){6,})\1/i;

/** What examples and templates put where a secret would stand. */
const PLACEHOLDER =
  /^(?:[<{$%[].*|x+|\*+|\.+|-+|_+|(?:(?:your|my|the|a|some|test|dummy|fake|sample|example|changeme|change|placeholder|insert|todo|none|null|password|passwd|secret|token|key|api|access|auth|user|username|here|me|this|postgres|admin|root|\d+)[-_ .]?)+)$/i;

export function findSecrets(notebook: Notebook): { source: Finding[]; outputs: Finding[] } {
  const source: Finding[] = [];
  const outputs: Finding[] = [];
  notebook.cells.forEach((cell, index) => {
    for (const { line, what, shown } of secretsIn(cellSource(cell)))
      source.push(finding(index, line, `Line ${line} holds ${what} (${shown})`, SOURCE_REMEDY));
    const said = secretsIn(outputText(cell))[0];
    if (said) {
      const message = `The output of this cell shows ${said.what} (${said.shown})`;
      outputs.push(finding(index, 1, message, OUTPUT_REMEDY));
    }
  });
  return { source, outputs };
}

const SOURCE_REMEDY =
  'Read it from an environment variable or a file outside of the project, and replace the secret: whoever saw the notebook has it';
const OUTPUT_REMEDY =
  'Clear the output before you share the notebook; versions are kept without outputs';

function finding(cell: number, line: number, message: string, remedy: string): Finding {
  return { code: 'secret', severity: 'warning', cell, line, message, remedy };
}

interface Secret {
  line: number;
  what: string;
  /** Enough to find it, too little to use it. */
  shown: string;
}

export function secretsIn(text: string): Secret[] {
  return text.split('\n').flatMap((content, at): Secret[] => {
    const found = secretIn(content);
    return found ? [{ line: at + 1, what: found[0], shown: masked(found[1]) }] : [];
  });
}

function secretIn(line: string): [what: string, secret: string] | undefined {
  for (const [what, pattern] of KINDS) {
    const match = pattern.exec(line);
    if (match) return [what, match[0]];
  }
  const password = CONNECTION.exec(line)?.[1];
  if (password !== undefined && !PLACEHOLDER.test(password))
    return ['a connection string with a password', password];
  const value = NAMED.exec(line)?.[2];
  if (value !== undefined && looksSecret(value)) return ['a password or token', value];
  return undefined;
}

/** Not a placeholder, a path, a sentence or the name of something. */
function looksSecret(value: string): boolean {
  if (PLACEHOLDER.test(value) || /[\s{}]|^https?:|^[./~]|^[A-Z]+(_[A-Z]+)+$/.test(value))
    return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter(kind => kind.test(value)).length;
  return kinds >= 3 || (kinds === 2 && /\d/.test(value) && value.length >= 8);
}

const masked = (secret: string) => `${secret.slice(0, 4)}…`;

function outputText(cell: NotebookCell): string {
  const outputs = cell['outputs'];
  if (!Array.isArray(outputs)) return '';
  return outputs
    .flatMap(each => texts(each))
    .join('\n')
    .slice(0, MOST_OUTPUT);
}

/** Secrets are looked for in what people read, not in a megabyte of an image. */
const MOST_OUTPUT = 200_000;

function texts(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return /^image\/|^application\/(?!json)/.test(key) ? [] : [value];
  if (Array.isArray(value))
    return value.every(each => typeof each === 'string')
      ? texts(value.join(''), key)
      : value.flatMap(each => texts(each, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => texts(inner, name));
}
