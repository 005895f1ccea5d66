// One signed message to an address that somebody else chose: no redirects, a limit in time and size, and no place that the
// server must not be led to. An address is judged where the connection is made, so that a name cannot be turned meanwhile.
import { createHmac } from 'node:crypto';
import { lookup, type LookupAddress } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { problem } from '../contract/problem.ts';

const TIMEOUT = 30_000;
const ANSWER_LIMIT = 64 * 1024;

/** Link-local and unspecified: where clouds keep the credentials of a machine. */
const NEVER = blockListOf(['169.254.0.0/16', '0.0.0.0/8', '224.0.0.0/4', 'fe80::/10', 'ff00::/8']);
NEVER.addAddress('::', 'ipv6');
const PRIVATE = blockListOf([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '198.18.0.0/15',
  'fc00::/7'
]);
PRIVATE.addAddress('::1', 'ipv6');

export interface WebhookTarget {
  url: string;
  secret: string | null;
}

export interface WebhookMessage {
  id: string;
  /** Seconds. */
  time: number;
  body: string;
}

export interface WebhookAnswer {
  status: number;
  body: string;
}

export interface Reach {
  /** Whether addresses of this machine and network may be called. */
  private: boolean;
}

/** @throws invalid_request in MLflow's words. */
export function checkWebhookUrl(url: string, reach: Reach): void {
  if (url.trim() === '')
    throw problem('invalid_request', `Webhook URL cannot be empty or just whitespace: '${url}'`);
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw problem('invalid_request', `Invalid webhook URL '${url}'`);
  }
  const schemes = reach.private ? ['https', 'http'] : ['https'];
  const scheme = parsed.protocol.slice(0, -1);
  if (!schemes.includes(scheme)) {
    throw problem(
      'invalid_request',
      `Invalid webhook URL scheme: '${scheme}'. Allowed schemes are: ${schemes.join(', ')}.`
    );
  }
  const host = hostOf(parsed);
  if (isIP(host) !== 0 && !isReachable(host, reach)) throw refused(host);
}

/** @throws when there is no answer. */
export function sendWebhook(
  { url, secret }: WebhookTarget,
  message: WebhookMessage,
  reach: Reach,
  signal: AbortSignal
): Promise<WebhookAnswer> {
  checkWebhookUrl(url, reach);
  const target = new URL(url);
  const open = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(message.body),
    'X-MLflow-Delivery-Id': message.id,
    'X-MLflow-Timestamp': String(message.time),
    ...(secret && { 'X-MLflow-Signature': signatureOf(secret, message) })
  };
  return new Promise((resolve, reject) => {
    const sent = open(
      target,
      {
        method: 'POST',
        headers,
        agent: false,
        lookup: lookupWithin(reach),
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)])
      },
      answer => {
        const pieces: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (bytes <= ANSWER_LIMIT) pieces.push(piece);
          else answer.destroy();
        });
        answer.on('error', reject);
        answer.on('close', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString('utf8') })
        );
      }
    );
    sent.on('error', reject);
    sent.end(message.body);
  });
}

export function signatureOf(secret: string, { id, time, body }: WebhookMessage): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${time}.${body}`).digest('base64')}`;
}

function lookupWithin(reach: Reach): LookupFunction {
  return (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return done(error, [], 0);
      const allowed = found.filter(({ address }) => isReachable(address, reach));
      if (allowed.length === 0) return done(refused(host), [], 0);
      if (options.all) done(null, allowed);
      else done(null, allowed[0]!.address, allowed[0]!.family);
    });
}

function isReachable(address: string, reach: Reach): boolean {
  // IPv4 in IPv6's clothes.
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (NEVER.check(plain, family)) return false;
  return reach.private || !PRIVATE.check(plain, family);
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

const refused = (host: string) =>
  problem('invalid_request', `Webhook URL must not lead to the private address "${host}"`, {
    remedy: 'Give an address that is public; a server on its own machine may call any'
  });

function blockListOf(networks: readonly string[]): BlockList {
  const blocked = new BlockList();
  for (const network of networks) {
    const [address, bits] = network.split('/');
    blocked.addSubnet(address!, Number(bits), address!.includes(':') ? 'ipv6' : 'ipv4');
  }
  return blocked;
}
