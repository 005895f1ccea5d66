// Deny by default, in one place: every route and method needs the token, a known Host, and no foreign Origin.
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../config.ts';
import { problem } from '../contract/problem.ts';

export interface GuardOptions {
  /** Without one, nothing is asked: only for `auth: none` on loopback. */
  token?: string | undefined;
  /** Hosts accepted beside loopback names; `any` for a server of a network, whose names nobody here knows: the token guards it. */
  hosts?: readonly string[] | 'any';
  /** Paths that answer without a token, and say nothing secret. */
  open?: readonly string[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The kernel session that speaks, when its token names one (`<token>.<session>`). */
    session: string | undefined;
  }
}

/** In a time that tells nothing of the token but its length, which is no secret. */
function isSame(given: string, token: Buffer): boolean {
  const bytes = Buffer.from(given);
  return bytes.length === token.length && timingSafeEqual(bytes, token);
}

/** Bearer (`<token>` or `<token>.<session>`), or Basic with the token as password: what MLflow's clients can send. */
function credential(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (!header) return undefined;
  const [scheme, value = ''] = header.split(/\s+/, 2);
  if (/^bearer$/i.test(scheme!)) return value;
  if (/^basic$/i.test(scheme!))
    return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':');
  return undefined;
}

export function guard(
  app: FastifyInstance,
  { token, hosts = [], open = ['/health'] }: GuardOptions
): void {
  const isAny = hosts === 'any' && token !== undefined;
  const known = new Set(hosts === 'any' ? [] : hosts.map(host => host.toLowerCase()));
  const wanted = token === undefined ? undefined : Buffer.from(token);
  const isKnownHost = (host: string) => isLoopback(host) || known.has(host);
  app.decorateRequest('session', undefined);
  app.addHook('onRequest', async request => {
    // A page of another site that rebinds its name to this address comes with that name in Host.
    const host = hostName(request.headers.host);
    if (!isAny && !isKnownHost(host))
      throw problem('forbidden_origin', `This server is not known as "${host}"`);
    const origin = request.headers.origin;
    const from = origin === undefined ? undefined : hostName(safeHost(origin));
    if (from !== undefined && !isKnownHost(from) && !(isAny && from === host)) {
      throw problem('forbidden_origin', `Requests from "${origin}" are not accepted`);
    }
    if (wanted === undefined || open.includes(request.url.split('?', 1)[0]!)) return;
    const given = credential(request) ?? '';
    const dot = given.indexOf('.');
    if (!isSame(dot < 0 ? given : given.slice(0, dot), wanted)) {
      throw problem(
        'unauthenticated',
        `${request.method} ${request.url.split('?', 1)[0]} needs a valid token`,
        {
          remedy:
            'Send it as "Authorization: Bearer TOKEN"; inside JupyterLab kernels it is set for you'
        }
      );
    }
    const session = dot < 0 ? '' : given.slice(dot + 1);
    if (/^[\w-]{1,128}$/.test(session)) request.session = session;
  });
}

function safeHost(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return '';
  }
}

function hostName(host = ''): string {
  return host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}
