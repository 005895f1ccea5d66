// Webhooks against a real listener: what is told, how it is signed, what happens when nobody answers.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSeal, SEALED } from '../auth/seal.ts';
import type { Database } from '../database/open.ts';
import { openTestDatabase } from '../database/test-database.ts';
import { createEventBus } from '../events/bus.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { checkWebhookUrl, sendWebhook, signatureOf } from './webhook-request.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

interface Heard {
  headers: IncomingHttpHeaders;
  text: string;
  body: { entity: string; action: string; data: Record<string, unknown> };
}

let database: Database;
let webhooks: Webhooks;
let catalogue: Catalogue;
let listener: Server;
let url: string;
let heard: Heard[];
let answers: number[];
const clock = () => Date.now();
/** On a busy machine too. */
const eventually = <T>(look: () => T | Promise<T>) =>
  vi.waitFor(look, { timeout: 20_000, interval: 20 });

beforeEach(async () => {
  database = await openTestDatabase();
  await open();
  heard = [];
  answers = [];
  listener = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      heard.push({ headers: request.headers, text, body: JSON.parse(text) });
      response.writeHead(answers.shift() ?? 200, { location: '/elsewhere' }).end('thanks');
    });
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  await webhooks.close();
  await database.close();
  await new Promise(resolve => listener.close(resolve));
});

async function open(key = 'a key of this server'): Promise<void> {
  const bus = createEventBus(error => {
    throw error;
  });
  webhooks = createWebhooks({
    database,
    clock,
    seal: createSeal(() => key),
    reach: { private: true }
  });
  catalogue = createCatalogue({ database, bus, clock, webhooks });
}

const source = { source: 's3://b/m', location: 's3://b/m' };
const subscribe = async (...events: [string, string][]) =>
  (
    await webhooks.mlflow.create({
      name: 'hook',
      url,
      secret: 'top secret',
      events: events.map(([entity, action]) => ({ entity, action }) as never)
    })
  ).webhook;

test('every change that is asked for is told once, with its data', async () => {
  await subscribe(
    ['REGISTERED_MODEL', 'CREATED'],
    ['MODEL_VERSION', 'CREATED'],
    ['MODEL_VERSION_TAG', 'SET'],
    ['MODEL_VERSION_TAG', 'DELETED'],
    ['MODEL_VERSION_ALIAS', 'CREATED'],
    ['MODEL_VERSION_ALIAS', 'DELETED']
  );
  await catalogue.createModel({ name: 'm', tags: [{ key: 'k', value: 'v' }] });
  await catalogue.createVersion({ name: 'm', source });
  await catalogue.setVersionTag('m', 1, 'stage', 'good');
  await catalogue.deleteVersionTag('m', 1, 'stage');
  await catalogue.moveAlias({ name: 'm', alias: 'champion', to: 1, by: 'me' });
  await catalogue.moveAlias({ name: 'm', alias: 'champion', to: undefined, by: 'me' });
  await catalogue.setModelTag('m', 'not', 'told');
  await eventually(() => expect(heard).toHaveLength(6));
  const said = heard.map(({ body }) => [`${body.entity}.${body.action}`, body.data]);
  expect(said).toEqual(
    expect.arrayContaining([
      ['registered_model.created', { name: 'm', tags: { k: 'v' }, description: '' }],
      [
        'model_version.created',
        { name: 'm', version: '1', source: 's3://b/m', run_id: null, tags: {}, description: null }
      ],
      ['model_version_tag.set', { name: 'm', version: '1', key: 'stage', value: 'good' }],
      ['model_version_tag.deleted', { name: 'm', version: '1', key: 'stage' }],
      ['model_version_alias.created', { name: 'm', alias: 'champion', version: '1' }],
      ['model_version_alias.deleted', { name: 'm', alias: 'champion' }]
    ])
  );
});

test('prompts have events of their own', async () => {
  await subscribe(
    ['PROMPT', 'CREATED'],
    ['PROMPT_VERSION', 'CREATED'],
    ['PROMPT_TAG', 'SET'],
    ['PROMPT_ALIAS', 'CREATED']
  );
  const mark = { key: 'mlflow.prompt.is_prompt', value: 'true' };
  await catalogue.createModel({ name: 'p', tags: [mark] });
  await catalogue.createVersion({
    name: 'p',
    source: { source: 'prompt-template', location: 'prompt-template' },
    tags: [mark, { key: 'mlflow.prompt.text', value: 'Hi {{name}}' }]
  });
  await catalogue.setModelTag('p', 'team', 'a');
  await catalogue.moveAlias({ name: 'p', alias: 'live', to: 1, by: 'me' });
  await eventually(() => expect(heard).toHaveLength(4));
  expect(heard.map(({ body }) => body.data)).toEqual(
    expect.arrayContaining([
      { name: 'p', tags: {}, description: '' },
      { name: 'p', version: '1', template: 'Hi {{name}}', tags: {}, description: null },
      { name: 'p', key: 'team', value: 'a' },
      { name: 'p', alias: 'live', version: '1' }
    ])
  );
});

test('a message is signed over its id, time and body', async () => {
  await subscribe(['REGISTERED_MODEL', 'CREATED']);
  await catalogue.createModel({ name: 'm' });
  await eventually(() => expect(heard).toHaveLength(1));
  const { headers, text } = heard[0]!;
  const id = String(headers['x-mlflow-delivery-id']);
  const time = Number(headers['x-mlflow-timestamp']);
  expect(headers['x-mlflow-signature']).toBe(signatureOf('top secret', { id, time, body: text }));
  expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(60);
});

test('a listener that fails hears it again, under the same id; one that refuses does not', async () => {
  await subscribe(['REGISTERED_MODEL', 'CREATED']);
  answers = [503];
  await catalogue.createModel({ name: 'm' });
  await eventually(() => expect(heard).toHaveLength(2));
  expect(new Set(heard.map(({ headers }) => headers['x-mlflow-delivery-id'])).size).toBe(1);
  answers = [400];
  await catalogue.createModel({ name: 'n' });
  await eventually(() => expect(heard).toHaveLength(3));
  await eventually(async () => {
    const rows = await database.read.selectFrom('webhook_deliveries').selectAll().execute();
    expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual(
      expect.arrayContaining([
        ['delivered', 2],
        ['failed', 1]
      ])
    );
  });
});

test('what a server left is sent by the next one', async () => {
  await subscribe(['REGISTERED_MODEL', 'CREATED']);
  await webhooks.close();
  await catalogue.createModel({ name: 'm' });
  expect(heard).toEqual([]);
  await open();
  webhooks.resume();
  await eventually(() => expect(heard).toHaveLength(1));
});

const secrets = async () =>
  (await database.read.selectFrom('webhooks').select('secret').execute()).map(row => row.secret);

test('a secret is sealed in the database, also one that an older version wrote as it is', async () => {
  const { webhook_id } = await subscribe(['REGISTERED_MODEL', 'CREATED']);
  expect(await secrets()).toEqual([expect.stringContaining(SEALED)]);
  await database.write(db =>
    db
      .updateTable('webhooks')
      .set({ secret: 'top secret' })
      .execute()
      .then(() => {})
  );
  webhooks.resume();
  await eventually(async () => expect(await secrets()).toEqual([expect.stringContaining(SEALED)]));
  await catalogue.createModel({ name: 'm' });
  await eventually(() => expect(heard).toHaveLength(1));
  const { headers, text: body } = heard[0]!;
  const id = String(headers['x-mlflow-delivery-id']);
  const time = Number(headers['x-mlflow-timestamp']);
  expect(headers['x-mlflow-signature']).toBe(signatureOf('top secret', { id, time, body }));
  await webhooks.mlflow.update({ webhook_id, events: [], secret: '' });
  expect(await secrets()).toEqual([null]);
});

test('what is sealed with the key of another server is left to that one', async () => {
  const { webhook_id } = await subscribe(['REGISTERED_MODEL', 'CREATED']);
  await webhooks.close();
  await open('the key of another server');
  await catalogue.createModel({ name: 'm' });
  expect((await webhooks.mlflow.test({ webhook_id })).result).toMatchObject({
    success: false,
    error_message: expect.stringContaining('another key')
  });
  await webhooks.close();
  const rows = () => database.read.selectFrom('webhook_deliveries').selectAll().execute();
  expect(await rows()).toMatchObject([{ state: 'waiting', attempts: 0 }]);
  await open();
  webhooks.resume();
  await eventually(async () => expect(await rows()).toMatchObject([{ state: 'delivered' }]));
});

test('a webhook that is switched off or was deleted hears nothing', async () => {
  const off = await subscribe(['REGISTERED_MODEL', 'CREATED']);
  const gone = await subscribe(['REGISTERED_MODEL', 'CREATED']);
  await webhooks.mlflow.update({ webhook_id: off.webhook_id, events: [], status: 'DISABLED' });
  await webhooks.mlflow.remove({ webhook_id: gone.webhook_id });
  await catalogue.createModel({ name: 'm' });
  expect(await database.read.selectFrom('webhook_deliveries').selectAll().execute()).toEqual([]);
  await expect(webhooks.mlflow.get({ webhook_id: gone.webhook_id })).rejects.toThrow(/not found/);
});

test('a test sends an example at once and says what came back; no redirect is followed', async () => {
  const { webhook_id } = await subscribe(['MODEL_VERSION', 'CREATED']);
  expect((await webhooks.mlflow.test({ webhook_id })).result).toEqual({
    success: true,
    response_status: 200,
    response_body: 'thanks'
  });
  answers = [302, 500];
  expect((await webhooks.mlflow.test({ webhook_id })).result).toMatchObject({
    response_status: 302
  });
  expect((await webhooks.mlflow.test({ webhook_id })).result).toMatchObject({ success: false });
  expect(heard).toHaveLength(3);
  await new Promise(resolve => listener.close(resolve));
  expect((await webhooks.mlflow.test({ webhook_id })).result).toMatchObject({
    success: false,
    error_message: expect.stringContaining('ECONNREFUSED')
  });
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
});

test('never gives out a secret, and pages', async () => {
  for (let count = 0; count < 5; count += 1) await subscribe(['MODEL_VERSION', 'CREATED']);
  const first = await webhooks.mlflow.list({ max_results: 3 });
  const rest = await webhooks.mlflow.list({ max_results: 3, page_token: first.next_page_token });
  const ids = [...first.webhooks, ...rest.webhooks].map(({ webhook_id }) => webhook_id);
  expect(new Set(ids).size).toBe(5);
  expect(rest.next_page_token).toBeUndefined();
  expect(JSON.stringify([first, rest])).not.toContain('top secret');
  await expect(webhooks.mlflow.list({ max_results: 1001 })).rejects.toThrow('between 1 and 1000');
});

test.each([
  ['   ', true, 'cannot be empty'],
  ['http://[invalid', true, 'Invalid webhook URL'],
  ['ftp://example.com', true, "Invalid webhook URL scheme: 'ftp'"],
  ['http://169.254.169.254/latest/meta-data', true, 'private address'],
  ['http://[fe80::1]/', true, 'private address'],
  ['http://example.com', false, 'Allowed schemes are: https.'],
  ['https://127.0.0.1', false, 'private address'],
  ['https://[::1]', false, 'private address'],
  ['https://[::ffff:10.0.0.1]', false, 'private address'],
  ['https://192.168.1.1', false, 'private address'],
  ['https://2130706433', false, 'private address'],
  ['https://0x7f.1', false, 'private address']
])('%s is refused (private: %s)', (address, isPrivate, words) => {
  expect(() => checkWebhookUrl(address, { private: isPrivate })).toThrow(words);
});

test('a name that leads into the network is refused where it is called', async () => {
  const message = { id: 'i', time: 1, body: '{}' };
  const { signal } = new AbortController();
  const sent = sendWebhook(
    { url: 'https://localhost:1/x', secret: null },
    message,
    { private: false },
    signal
  );
  await expect(sent).rejects.toThrow('private address "localhost"');
});

test.each([
  [{ name: '-bad' }, 'Webhook name'],
  [{ name: 'x'.repeat(64) }, 'Webhook name'],
  [{ events: [{ entity: 'MODEL_VERSION', action: 'SET' }] }, "Invalid action 'set'"],
  [{ events: [{ entity: 'BUDGET_POLICY', action: 'EXCEEDED' }] }, "Invalid action 'exceeded'"]
])('%j is refused', async (fields, words) => {
  const asked = {
    name: 'hook',
    url,
    events: [{ entity: 'PROMPT', action: 'CREATED' }],
    ...fields
  } as Parameters<typeof webhooks.mlflow.create>[0];
  await expect(webhooks.mlflow.create(asked)).rejects.toThrow(words);
});
