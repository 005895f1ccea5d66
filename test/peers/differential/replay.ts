// Sends the corpus to one server, and makes its answers comparable with another's.
import { request as httpRequest } from 'node:http';
import { parseExactly } from '../../../server/contract/int64.ts';
import type { Request } from './request.ts';

export interface Answer {
  status: number;
  /** JSON without what differs from server to server, or text. */
  body: unknown;
}

/** Names of what the server has made up, by its own words for it. */
type Names = Map<string, string>;

export async function replay(
  base: string,
  corpus: readonly Request[],
  headers: Record<string, string> = {}
): Promise<Answer[]> {
  const names: Names = new Map();
  const answers: Answer[] = [];
  for (const request of corpus) {
    const { status, text } = await send(base, fill(request, names), headers);
    const json = parse(text);
    for (const [name, place] of Object.entries(request.keep ?? {})) {
      const kept = place
        .split('.')
        .reduce<unknown>(
          (value, key) => (value as Record<string, unknown> | undefined)?.[key],
          json
        );
      names.set(name, String(kept));
    }
    answers.push({ status, body: normalise(json ?? text, names, status) });
  }
  return answers;
}

function fill({ path, body, ...request }: Request, names: Names): Request {
  const filled = (text: string) =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => names.get(name) ?? whole);
  return {
    ...request,
    path: filled(path),
    ...(typeof body === 'string' && { body: filled(body) }),
    ...(body !== undefined &&
      typeof body !== 'string' && { body: JSON.parse(filled(JSON.stringify(body))) as unknown })
  };
}

/** Not `fetch`, which would tidy up the addresses that are meant to be untidy. */
function send(
  base: string,
  { method, path, body, type = 'application/json' }: Request,
  extra: Record<string, string>
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(base);
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    ...extra,
    ...(payload !== undefined && {
      'content-type': type,
      'content-length': Buffer.byteLength(payload)
    })
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers }, answer => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          text: Buffer.concat(pieces).toString('utf8')
        })
      );
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return undefined;
  }
}

const TOKENS = ['next_page_token', 'page_token'];
/** Of an error its code counts; its words are held by MLflow's own tests where clients look at them. */
const LOOSE = ['message', 'sqlstate', 'error_class'];

function normalise(value: unknown, names: Names, status: number): unknown {
  if (status >= 400) {
    if (typeof value !== 'object' || value === null) return '<no JSON>';
    const kept = Object.entries(value).filter(([key]) => !LOOSE.includes(key));
    return Object.fromEntries(kept);
  }
  return walk(value, names, '');
}

function walk(value: unknown, names: Names, key: string): unknown {
  if (TOKENS.includes(key)) return '<token>';
  if (typeof value === 'number') return value > 1e12 && value < 1e13 ? '<time>' : value;
  if (typeof value === 'bigint') return `${value} exactly`;
  if (typeof value === 'string') return rename(value, names, key);
  if (Array.isArray(value)) return inOrder(value.map(item => walk(item, names, '')));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name, walk(item, names, name)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))
  );
}

/** Params, tags and metrics have no order. */
function inOrder(items: unknown[]): unknown[] {
  const keyOf = (item: unknown) => (item as { key?: unknown } | null)?.key;
  const isKeyed = items.every(item => typeof keyOf(item) === 'string' && !hasStep(item));
  const text = (item: unknown) => JSON.stringify(item);
  return isKeyed ? [...items].sort((a, b) => (text(a) < text(b) ? -1 : 1)) : items;
}

/** Points of a history do have one. */
const hasStep = (item: unknown) => 'run_id' in (item as object) && 'step' in (item as object);

function rename(text: string, names: Names, key: string): string {
  let plain = text;
  // The longest first: an experiment's id may be a part of any other.
  for (const [name, made] of [...names].sort(([, a], [, b]) => b.length - a.length)) {
    if (made.length > 5) plain = plain.replaceAll(made, `<${name}>`);
    else if (key === 'experiment_id' && plain === made) return `<${name}>`;
    else plain = plain.replace(new RegExp(`^(mlflow-artifacts:/)${made}(?=/|$)`), `$1<${name}>`);
  }
  return plain.replace(/^\d{13}$/, '<time>');
}
