import { expect, test } from 'vitest';
import type { KernelFrame, KernelMessage } from './message.ts';
import { createRecorder, type RecordedEvent } from './recorder.ts';

const ID = '5f0c1c7e-52d2-4d37-8b6a-6f2f6d4d0c11';

function recorder() {
  let time = 0;
  let ids = 0;
  return createRecorder({ now: () => ++time, newId: () => `generated-${++ids}` });
}

function request(id: string, code: string, more: Partial<KernelMessage> = {}): KernelFrame {
  return {
    direction: 'send',
    message: {
      header: { msg_id: id, msg_type: 'execute_request' },
      content: { code, silent: false, store_history: true },
      ...more
    }
  };
}

function answer(parent: string, type: string, content: Record<string, unknown>): KernelFrame {
  return {
    direction: 'recv',
    message: {
      header: { msg_id: `of-${type}`, msg_type: type },
      parent_header: { msg_id: parent, msg_type: 'execute_request' },
      content
    }
  };
}
const busy = (id: string) => answer(id, 'status', { execution_state: 'busy' });
const idle = (id: string) => answer(id, 'status', { execution_state: 'idle' });
const reply = (id: string, status: string, more = {}) =>
  answer(id, 'execute_reply', { status, execution_count: 1, ...more });

function events(target: ReturnType<typeof recorder>, frames: KernelFrame[]): RecordedEvent[] {
  return frames.flatMap(frame => target.receive(frame));
}
const brief = (found: RecordedEvent[]) =>
  found.map(event => [event.type, 'state' in event ? event.state : undefined]);

test('an execution is what an execute_request was seen for, with cell, step and tags from its metadata', () => {
  const metadata = { cellId: 'c1', tags: ['parameters', 3], stepladder: { step: 'load' } };
  expect(
    events(recorder(), [
      request(ID, 'x = 1', { metadata }),
      busy(ID),
      answer(ID, 'execute_input', { code: 'x = 1', execution_count: 7 }),
      reply(ID, 'ok', { execution_count: 7 }),
      idle(ID)
    ])
  ).toEqual([
    {
      id: `r-start-${ID}`,
      time: 1,
      type: 'cell-started',
      executionId: ID,
      cellId: 'c1',
      step: 'load',
      tags: ['parameters'],
      source: 'x = 1'
    },
    { id: `r-end-${ID}`, time: 2, type: 'cell-ended', executionId: ID, state: 'ok', count: 7 }
  ]);
});

test('a request without an answer is no execution', () => {
  expect(events(recorder(), [request(ID, 'x = 1')])).toEqual([]);
});

test('silent requests and those outside the history are not recorded, by whichever answer', () => {
  for (const hidden of [{ silent: true }, { store_history: false }]) {
    const content = { code: '1', silent: false, store_history: true, ...hidden };
    expect(
      events(recorder(), [
        request(ID, '', { content }),
        busy(ID),
        answer(ID, 'execute_input', { code: '1' }),
        reply(ID, 'ok'),
        idle(ID)
      ])
    ).toEqual([]);
  }
});

test('an error has name and value; KeyboardInterrupt is an interruption', () => {
  const error = (ename: string) => [
    request(ID, 'x'),
    busy(ID),
    answer(ID, 'error', { ename, evalue: 'why', traceback: [] }),
    reply(ID, 'error', { ename, evalue: 'why' })
  ];
  expect(events(recorder(), error('ValueError'))[1]).toMatchObject({
    state: 'error',
    error: { name: 'ValueError', value: 'why' }
  });
  expect(events(recorder(), error('KeyboardInterrupt'))[1]).toMatchObject({ state: 'interrupted' });
});

test.each(['aborted', 'abort'])('a reply "%s" is a cell that did not run', status => {
  const found = events(recorder(), [request(ID, 'x'), reply(ID, status)]);
  expect(brief(found)).toEqual([
    ['cell-started', undefined],
    ['cell-ended', 'aborted']
  ]);
});

test('tslab: the error is in the text on stderr', () => {
  type Frame = ReturnType<typeof busy>;
  const replyFirst = (told: Frame) => [reply(ID, 'error'), told, idle(ID)];
  const replyLast = (told: Frame) => [told, idle(ID), reply(ID, 'error')];
  const failed = (text: string, frames = replyFirst) =>
    events(recorder(), [
      request(ID, 'x'),
      busy(ID),
      ...frames(answer(ID, 'stream', { name: 'stderr', text }))
    ])[1];
  expect(
    failed('evalmachine.<anonymous>:3\nthrow\n\nRangeError: too far\n    at x\n')
  ).toMatchObject({ error: { name: 'RangeError', value: 'too far' } });
  expect(failed('RangeError: too far', replyLast)).toMatchObject({
    error: { name: 'RangeError', value: 'too far' }
  });
  expect(failed("1:7 - Type 'string' is not assignable to type 'number'.\n")).toMatchObject({
    error: {
      name: 'TypeScriptError',
      value: "1:7 - Type 'string' is not assignable to type 'number'."
    }
  });
});

test('a reply that overtakes what is published ends the cell; nothing of it is taken for another client', () => {
  const late = [busy(ID), answer(ID, 'execute_input', { code: '1', execution_count: 7 }), idle(ID)];
  expect(brief(events(recorder(), [request(ID, '1'), reply(ID, 'ok'), ...late]))).toEqual([
    ['cell-started', undefined],
    ['cell-ended', 'ok']
  ]);
  const silent = request(ID, '1');
  silent.message.content['store_history'] = false;
  expect(events(recorder(), [silent, reply(ID, 'ok'), ...late])).toEqual([]);
});

test("another client's execution is known by what the kernel publishes, and ends when it is idle", () => {
  const frames = [
    busy(ID),
    answer(ID, 'execute_input', { code: '2', execution_count: 3 }),
    answer(ID, 'error', { ename: 'E', evalue: '' }),
    idle(ID)
  ];
  expect(events(recorder(), frames)).toMatchObject([
    { id: `o-start-${ID}`, executionId: ID, source: '2', count: 3 },
    { id: `o-end-${ID}`, state: 'error' }
  ]);
});

test('restart and crash end what ran, abort what waited, and begin another life', () => {
  const waiting = [request(ID, 'long'), busy(ID), request('second-id', 'next')];
  for (const [status, state, name] of [
    ['restarting', 'interrupted', 'KernelRestarted'],
    ['autorestarting', 'error', 'KernelDied']
  ] as const) {
    const target = recorder();
    events(target, waiting);
    const found = target.status(status);
    expect(brief(found)).toEqual([
      ['cell-ended', state],
      ['cell-started', undefined],
      ['cell-ended', 'aborted'],
      ['session-started', undefined]
    ]);
    expect(found[0]).toMatchObject({ error: { name } });
    expect(target.receive(reply(ID, 'ok'))).toEqual([]);
  }
});

test('a kernel that dies before it says that it began a cell died of that cell', () => {
  const target = recorder();
  events(target, [request(ID, 'os._exit(1)'), request('second-id', 'next')]);
  expect(brief(target.status('autorestarting'))).toEqual([
    ['cell-started', undefined],
    ['cell-ended', 'error'],
    ['cell-started', undefined],
    ['cell-ended', 'aborted'],
    ['session-started', undefined]
  ]);
});

test('JupyterLab says one crash three ways', () => {
  const target = recorder();
  events(target, [request(ID, 'x'), busy(ID)]);
  const crash = answer('', 'status', { execution_state: 'restarting' });
  expect(brief([...target.receive(crash), ...target.status('restarting')])).toEqual([
    ['cell-ended', 'error'],
    ['session-started', undefined]
  ]);
  expect(target.status('autorestarting')).toEqual([]);
  target.status('idle');
  expect(brief(target.status('restarting'))).toEqual([['session-started', undefined]]);
});

test('a dead kernel is a killed session; after reset nothing is remembered', () => {
  const target = recorder();
  expect(target.status('dead')).toMatchObject([{ type: 'session-ended', killed: true }]);
  events(target, [request(ID, 'x'), busy(ID)]);
  target.reset();
  expect(target.receive(reply(ID, 'ok'))).toEqual([]);
});

test('ids stay within 64 characters', () => {
  const long = 'a'.repeat(100);
  const found = events(recorder(), [request(long, 'x'), busy(long), reply(long, 'ok')]);
  expect(found.every(event => event.id.length <= 64)).toBe(true);
});
