import { expect, test } from 'vitest';
import * as logging from './logging.ts';
import { findSession } from './session.ts';
import type * as declared from './stepladder-log.d.ts';

test('what is declared for tslab is what there is', () => {
  const verbs: typeof declared = logging;
  expect(Object.keys(verbs).sort()).toEqual([
    'activeRun',
    'endRun',
    'flush',
    'logArtifact',
    'logArtifacts',
    'logDict',
    'logMetric',
    'logMetrics',
    'logModel',
    'logParam',
    'logParams',
    'logText',
    'setTag',
    'setTags',
    'startRun',
    'withRun'
  ]);
});

test("a kernel's session is the kernel's id; a script has its own; a script that a kernel calls has the kernel's", () => {
  const id = '5f0c1c7e-52d2-4d37-8b6a-6f2f6d4d0c11';
  const environment = {
    STEPLADDER_URL: 'http://127.0.0.1:1/',
    STEPLADDER_TOKEN: 'token',
    JPY_SESSION_NAME: '/notebooks/penguins.ts.ipynb'
  };
  expect(findSession(environment, ['node', 'tslab', `/run/kernel-${id}.json`])).toEqual({
    id,
    url: 'http://127.0.0.1:1',
    notebook: '/notebooks/penguins.ts.ipynb',
    isScript: false,
    headers: { authorization: `Bearer token.${id}` }
  });
  expect(findSession(environment, ['node', 'a.ts']).isScript).toBe(true);
  expect(findSession({ ...environment, STEPLADDER_TOKEN: `token.${id}` }, ['node'])).toMatchObject({
    id,
    isScript: false
  });
});

test('mistakes are said at once, and by name', () => {
  expect(() => logging.logParam('', 1)).toThrow(/not empty/);
  expect(() => logging.logMetric('a!b', 1)).toThrow(/"a!b" may only have letters/);
  expect(() => logging.setTag('a/../b', 'x')).toThrow(/another name/);
  expect(() => logging.logParam('ü'.repeat(251), 1)).toThrow(/longer than 250/);
  expect(() => logging.logModel({}, 'a.b')).toThrow(/must not have \./);
  expect(() => logging.logMetric('loss', 'low' as unknown as number)).toThrow(/"loss"/);
  expect(() => logging.logArtifact('/nowhere/x.txt')).toThrow(/nowhere\/x\.txt/);
  expect(() => logging.logArtifact('.', '../up')).toThrow(/within the run/);
  expect(() => logging.logModel('/nowhere/m.onnx', 'm')).toThrow(/nowhere\/m\.onnx/);
});
