// What every channel must show the recorder; run on each of them with a real kernel.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KernelChannel, record } from '../../kernel-bridge/capture/channel.ts';
import { createRecorder, type RecordedEvent } from '../../kernel-bridge/capture/recorder.ts';

export interface RecordedKernel {
  channel: KernelChannel;
  /** Runs a cell to its end through the channel's own connection. */
  run(code: string, metadata?: Record<string, unknown>): Promise<void>;
  runSilently(code: string): Promise<void>;
  /** Runs a cell through another client's connection. */
  runElsewhere(code: string): Promise<void>;
  interruptOnce(text: string, code: string): Promise<void>;
  close(): Promise<void>;
}

export function recordsOn(name: string, open: () => Promise<RecordedKernel>): void {
  describe(`recording on the ${name} channel`, () => {
    let kernel: RecordedKernel;
    const events: RecordedEvent[] = [];
    let end: () => void;

    beforeAll(async () => {
      kernel = await open();
      end = record(
        kernel.channel,
        createRecorder({ now: Date.now, newId: () => crypto.randomUUID() }),
        found => events.push(...found)
      );
    });
    afterAll(async () => {
      end();
      await kernel.close();
    });
    const take = () => events.splice(0);
    const states = () => take().map(event => ('state' in event ? event.state : event.type));

    test('a cell starts and ends, with its id and count', async () => {
      await kernel.run('a = 1', { cellId: 'c1', tags: ['t'], stepladder: { step: 's' } });
      const found = take();
      expect(found).toMatchObject([
        { type: 'cell-started', cellId: 'c1', tags: ['t'], step: 's', source: 'a = 1' },
        { type: 'cell-ended', state: 'ok', count: 1 }
      ]);
    });

    test('silent requests are not recorded', async () => {
      await kernel.runSilently('b = 1');
      expect(take()).toEqual([]);
    });

    test('errors and interrupts', async () => {
      await kernel.run('1 / 0');
      expect(take()[1]).toMatchObject({ state: 'error', error: { name: 'ZeroDivisionError' } });
      await kernel.interruptOnce(
        'sleeping',
        'import time\nprint("sleeping", flush=True)\ntime.sleep(60)'
      );
      expect(states()).toEqual(['cell-started', 'interrupted']);
    });

    test("another client's cell", async () => {
      await kernel.runElsewhere('c = 3');
      await expect.poll(() => events.length, { timeout: 10_000 }).toBe(2);
      const found = take();
      expect(found[0]).toMatchObject({ type: 'cell-started', source: 'c = 3', count: 4 });
      expect(found[1]).toMatchObject({ type: 'cell-ended', state: 'ok' });
    });

    test('a crash ends what ran, and another life begins', async () => {
      void kernel.run('import os\nos._exit(1)').catch(() => undefined);
      await expect
        .poll(() => events.map(({ type }) => type), { timeout: 30_000 })
        .toContain('session-started');
      expect(states()).toEqual(['cell-started', 'error', 'session-started']);
      await kernel.run('d = 4');
      expect(take().at(-1)).toMatchObject({ state: 'ok', count: 1 });
    });
  });
}
