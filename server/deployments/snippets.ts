// How to call a prediction service, ready to paste, with an input that the model takes.
import type { ModelFiles } from './model-files.ts';
import type { Column, TensorSpec } from '../text/model-signature.ts';

export interface Snippets {
  curl: string;
  python: string;
  typescript: string;
}

export interface Called {
  url: string;
  token?: string | undefined;
  files: Pick<ModelFiles, 'example' | 'signature'>;
}

export function writeSnippets({ url, token, files }: Called): Snippets {
  const body = exampleBody(files);
  const text = JSON.stringify(body);
  const address = `${url}/invocations`;
  const authorization = token === undefined ? [] : [`Bearer ${token}`];
  return {
    curl: [
      `curl ${address}`,
      `-H 'Content-Type: application/json'`,
      ...authorization.map(value => `-H 'Authorization: ${value}'`),
      // A single quote inside a shell's single quotes.
      `-d '${text.replaceAll("'", `'\\''`)}'`
    ].join(' \\\n  '),
    python: [
      'import json',
      'import urllib.request',
      '',
      `body = ${pythonLiteral(body)}`,
      'request = urllib.request.Request(',
      `    "${address}",`,
      '    data=json.dumps(body).encode(),',
      '    headers={',
      '        "Content-Type": "application/json",',
      ...authorization.map(value => `        "Authorization": "${value}",`),
      '    },',
      ')',
      'with urllib.request.urlopen(request) as response:',
      '    print(json.load(response)["predictions"])'
    ].join('\n'),
    typescript: [
      `const response = await fetch('${address}', {`,
      `  method: 'POST',`,
      `  headers: {`,
      [
        `    'Content-Type': 'application/json'`,
        ...authorization.map(value => `    Authorization: '${value}'`)
      ].join(',\n'),
      `  },`,
      `  body: JSON.stringify(${text})`,
      `});`,
      `console.log((await response.json()).predictions);`
    ].join('\n')
  };
}

/** JSON's text is Python's, but for three words. */
function pythonLiteral(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`)
    .join(', ')}}`;
}

/** The example it was logged with, else one row of zeros by its signature. */
function exampleBody({ example, signature }: Called['files']): Record<string, unknown> {
  if (example) return firstRows(example);
  const { columns, tensors } = signature;
  if (columns) {
    return {
      dataframe_split: { columns: columns.map(({ name }) => name), data: [columns.map(zeroOf)] }
    };
  }
  if (tensors?.some(({ name }) => name !== undefined)) {
    return { inputs: Object.fromEntries(tensors.map(tensor => [tensor.name, zeros(tensor)])) };
  }
  return { inputs: tensors ? zeros(tensors[0]!) : [[0]] };
}

const ROWS = 2;

/** A snippet is to be read: the example's first rows do. */
function firstRows(example: Record<string, unknown>): Record<string, unknown> {
  const table = example['dataframe_split'] as { data?: unknown[] } | undefined;
  if (Array.isArray(table?.data)) {
    const { data, ...rest } = table;
    return { dataframe_split: { ...withoutIndex(rest), data: data.slice(0, ROWS) } };
  }
  return Object.fromEntries(
    Object.entries(example).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.slice(0, ROWS) : value
    ])
  );
}

function withoutIndex(table: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).filter(([key]) => key !== 'index'));
}

function zeroOf({ type }: Column): unknown {
  if (type === 'boolean') return false;
  if (type === 'string' || type === 'binary') return '';
  return type === 'datetime' ? '2026-01-01T00:00:00' : 0;
}

function zeros({ shape, dtype }: TensorSpec): unknown {
  const zero = /^(str|object|<U)/.test(dtype) ? '' : dtype === 'bool' ? false : 0;
  // An open dimension is one row.
  return shape
    .map(size => (size < 0 ? 1 : size))
    .reduceRight<unknown>((inner, size) => Array.from({ length: size }, () => inner), zero);
}
