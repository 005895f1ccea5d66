import { describe, expect, test } from 'vitest';
import * as rules from './session-run.ts';
import type { RunState } from '../contract/tracking.ts';

const at = (state: RunState, more: Partial<rules.SessionRun> = {}): rules.SessionRun => ({
  run: { state, startTime: 100, closedByClient: false },
  firstCell: { cellId: 'a', source: 'x = 1' },
  movedOn: true,
  isBusy: false,
  ...more
});
const none: rules.SessionRun = { movedOn: false, isBusy: false };

describe('a cell begins', () => {
  test('the first of a session begins a run', () => {
    expect(rules.onCellStarted(none, { source: 'x = 1' })).toEqual({ do: 'begin' });
  });
  test('the first cell again, after others, begins the next run', () => {
    expect(rules.onCellStarted(at('running'), { cellId: 'a', source: 'x = 2' })).toEqual({
      do: 'begin'
    });
  });
  test('the first cell again and again, alone, stays in its run', () => {
    const alone = at('running', { movedOn: false });
    expect(rules.onCellStarted(alone, { cellId: 'a', source: 'x = 2' })).toEqual({ do: 'nothing' });
  });
  test('another cell of the same text is not the first cell', () => {
    expect(rules.onCellStarted(at('running'), { cellId: 'b', source: 'x = 1' }).do).toBe('nothing');
  });
  test('without ids the text decides', () => {
    expect(rules.onCellStarted(at('running'), { source: 'x = 1' }).do).toBe('begin');
  });
  test.each(['failed', 'finished', 'killed'] as const)('a %s run runs again', state => {
    const decision = rules.onCellStarted(at(state), { cellId: 'b', source: 'y' });
    expect(decision).toEqual({ do: 'set', state: 'running' });
  });
  test('a run that its client ended is left alone', () => {
    const closed = at('finished', {
      run: { state: 'finished', startTime: 0, closedByClient: true }
    });
    expect(rules.onCellStarted(closed, { cellId: 'b', source: 'y' }).do).toBe('nothing');
  });
});

test.each([
  ['error', { do: 'set', state: 'failed' }],
  ['interrupted', { do: 'set', state: 'killed' }],
  ['aborted', { do: 'nothing' }],
  ['ok', { do: 'nothing' }]
] as const)('a cell that ends with %s', (state, decision) => {
  expect(rules.onCellEnded(at('running'), state)).toEqual(decision);
});

test('a later good cell heals a failed run', () => {
  expect(rules.onCellEnded(at('failed'), 'ok')).toEqual({ do: 'set', state: 'running' });
});

describe('a kernel begins anew', () => {
  test('what ran is finished, or killed amid a cell', () => {
    expect(rules.onKernelStarted(at('running'), 200)).toEqual({ do: 'leave', state: 'finished' });
    expect(rules.onKernelStarted(at('running', { isBusy: true }), 200)).toEqual({
      do: 'leave',
      state: 'killed'
    });
  });
  test('a failed run stays failed', () => {
    expect(rules.onKernelStarted(at('failed'), 200)).toEqual({ do: 'leave', state: 'failed' });
  });
  test('late word about the beginning of this very run changes nothing', () => {
    expect(rules.onKernelStarted(at('running'), 90)).toEqual({ do: 'nothing' });
  });
});

test('a kernel that ends finishes its run; killed, it kills it', () => {
  expect(rules.onKernelEnded(at('running'), false)).toEqual({ do: 'leave', state: 'finished' });
  expect(rules.onKernelEnded(at('running'), true)).toEqual({ do: 'leave', state: 'killed' });
});

test('rest finishes a run, but not amid a cell, nor one that failed', () => {
  expect(rules.onIdle(at('running'))).toEqual({ do: 'set', state: 'finished' });
  expect(rules.onIdle(at('running', { isBusy: true })).do).toBe('nothing');
  expect(rules.onIdle(at('failed')).do).toBe('nothing');
});

test('silence kills, and a heartbeat amid a cell revives', () => {
  expect(rules.onSilence(at('running', { isBusy: true }))).toEqual({ do: 'set', state: 'killed' });
  expect(rules.onSilence(at('finished')).do).toBe('nothing');
  expect(rules.onHeartbeat(at('killed', { isBusy: true }))).toEqual({
    do: 'set',
    state: 'running'
  });
  expect(rules.onHeartbeat(at('killed')).do).toBe('nothing');
});
