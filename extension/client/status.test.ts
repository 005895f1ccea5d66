import type { ServerConnection } from '@jupyterlab/services';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let answer: { status: number; body?: object } | undefined;
vi.mock('@jupyterlab/services', () => ({
  ServerConnection: {
    async makeRequest() {
      if (!answer) throw new Error('refused');
      return { status: answer.status, ok: answer.status < 400, json: async () => answer!.body };
    }
  }
}));
const { createStatus } = await import('./status.ts');

const READY = { status: 200, body: { state: 'ready', detail: '', remedy: '', workspace: '/w' } };
const settings = { baseUrl: 'http://127.0.0.1/' } as ServerConnection.ISettings;
const FULL = { detail: 'The disk is full', remedy: 'Free space' };
let status: ReturnType<typeof createStatus>;

beforeEach(async () => {
  answer = READY;
  status = createStatus(settings);
  await status.check();
});
afterEach(() => status.dispose());

test('a server that answers but cannot write says so until something was kept again', () => {
  const heard: string[] = [];
  status.changed.connect((_, { state }) => heard.push(state));
  status.cannotStore(FULL);
  status.cannotStore(FULL);
  expect(status.now).toEqual({ state: 'unwritable', ...FULL, workspace: '/w' });
  status.cannotStore(undefined);
  expect(status.now.state).toBe('ready');
  expect(heard).toEqual(['unwritable', 'ready']);
});

test('that it is away is worse, and the workspace stays known', async () => {
  status.cannotStore(FULL);
  answer = undefined;
  await status.check();
  expect(status.now).toMatchObject({ state: 'unreachable', workspace: '/w' });
  answer = { status: 404 };
  await status.check();
  expect(status.now).toMatchObject({ state: 'missing', workspace: '/w' });
  answer = READY;
  await status.check();
  expect(status.now.state).toBe('unwritable');
});
