import { describe, expect, test } from 'vitest';
import {
  createHookRequest,
  hookCode,
  type HookOutcome,
  type KernelStartup,
  outcomeOf
} from './hook-request.ts';
import { dialectOf, inheritsHook, isIpykernel } from './kernel-dialect.ts';

const STARTUP: KernelStartup = { program: 'pass', given: {}, remote: false };

/** A kernel that answers each request when the test says so, and a server that says whether it has heard a hook. */
function kernel({ inherits = false, heard = [false] as (boolean | undefined)[] } = {}) {
  const answers: ((outcome: HookOutcome | undefined) => void)[] = [];
  const outcomes: HookOutcome[] = [];
  let asked = 0;
  const request = createHookRequest({
    startup: () => STARTUP,
    inherits: () => inherits,
    hasHook: async () => heard[Math.min(asked++, heard.length - 1)],
    send: () => new Promise(resolve => answers.push(resolve)),
    grace: async () => {},
    onOutcome: outcome => outcomes.push(outcome)
  });
  return {
    request,
    outcomes,
    sent: () => answers.length,
    askedServer: () => asked,
    answer: async (outcome: HookOutcome | undefined) => {
      answers.at(-1)!(outcome);
      await settled();
    }
  };
}
const settled = () => new Promise(resolve => setImmediate(resolve));

describe('a kernel whose hook the server', () => {
  test('has heard is sent nothing', async () => {
    const { request, sent } = kernel({ heard: [true] });
    request.look();
    await settled();
    request.beforeCell();
    expect(sent()).toBe(0);
  });

  test('has not heard is sent one request, however often it is looked at', async () => {
    const { request, sent, answer, outcomes } = kernel();
    request.look();
    request.look();
    await settled();
    request.look();
    request.beforeCell();
    await answer('begun');
    request.look();
    request.beforeCell();
    await settled();
    expect([sent(), outcomes]).toEqual([1, ['begun']]);
  });

  test('hears a moment later is sent nothing, if Jupyter started it', async () => {
    const { request, sent, askedServer } = kernel({ inherits: true, heard: [false, true] });
    request.look();
    request.beforeCell();
    await settled();
    expect([sent(), askedServer()]).toEqual([0, 2]);
  });

  test('cannot say anything of is left alone until it can', async () => {
    const { request, sent } = kernel({ inherits: true, heard: [undefined, false, false] });
    request.look();
    await settled();
    expect(sent()).toBe(0);
    request.serverBack();
    await settled();
    expect(sent()).toBe(1);
  });
});

test('the first cell does not overtake the request, though the server has not answered yet', () => {
  const { request, sent } = kernel();
  request.beforeCell();
  expect(sent()).toBe(1);
});

test('after a restart it is asked again, without asking the server what the former life had', async () => {
  const { request, sent, answer, askedServer } = kernel({ heard: [false, true] });
  request.look();
  await settled();
  await answer('begun');
  request.restarted();
  request.look();
  await settled();
  expect([sent(), askedServer()]).toEqual([2, 1]);
});

test('the answer of a former life is not taken for the present one', async () => {
  const { request, sent, answer, outcomes } = kernel();
  request.look();
  await settled();
  request.restarted();
  await answer('begun');
  expect(outcomes).toEqual([]);
  request.beforeCell();
  expect(sent()).toBe(2);
});

test('a request that a failing cell took along is sent again', async () => {
  const { request, sent, answer } = kernel();
  request.look();
  await settled();
  await answer(undefined);
  request.look();
  await settled();
  expect(sent()).toBe(2);
});

test('only a kernel that could not reach the server is asked again when it is back', async () => {
  for (const [outcome, times] of [
    ['out-of-reach', 2],
    ['no-package', 1],
    ['failed', 1]
  ] as const) {
    const { request, sent, answer } = kernel();
    request.look();
    await settled();
    await answer(outcome);
    request.look();
    request.serverBack();
    await settled();
    expect([outcome, sent()]).toEqual([outcome, times]);
  }
});

test('the reply says what came of it; one without a word is a failure, an aborted one is none', () => {
  const reply = (text: string) => ({
    status: 'ok',
    user_expressions: { stepladder: { data: { 'text/plain': text } } }
  });
  expect(outcomeOf(reply("'begun'"))).toBe('begun');
  expect(outcomeOf(reply("''"))).toBe('failed');
  expect(outcomeOf({ status: 'error' })).toBe('failed');
  expect(outcomeOf({ status: 'aborted' })).toBeUndefined();
});

test('names with quotes and backslashes reach the kernel as they are', () => {
  const code = hookCode(STARTUP, 'k', `C:\\a "b" 'c'.ipynb`);
  const [, given] = /'given': (".*")\}\)$/.exec(code)!;
  expect(JSON.parse(JSON.parse(given!) as string)).toEqual({
    kernel: 'k',
    notebook: `C:\\a "b" 'c'.ipynb`
  });
});

test('only ipykernel is ever asked, by its info or by its kernelspec', () => {
  expect(
    ['ipython', 'xeus-python', 'tslab', 'jslab', 'deno', 'ir'].map(
      name => dialectOf(name).takesHook
    )
  ).toEqual([true, false, false, false, false, false]);
  const spec = (language: string, ...argv: string[]) => isIpykernel({ language, argv });
  expect(spec('python', 'python', '-m', 'ipykernel_launcher', '-f', '{connection_file}')).toBe(
    true
  );
  expect(spec('python', 'xpython', '-f', '{connection_file}')).toBe(false);
  expect(spec('typescript', 'node', 'tslab', 'kernel')).toBe(false);
});

test('a kernel inherits the hook unless its kernelspec says otherwise', () => {
  const spec = { language: 'python', argv: [] };
  expect(inheritsHook(spec)).toBe(true);
  expect(inheritsHook({ ...spec, env: { OMP_NUM_THREADS: '1' } })).toBe(true);
  expect(inheritsHook({ ...spec, env: { PYTHONSTARTUP: '' } })).toBe(false);
  const metadata = { kernel_provisioner: { provisioner_name: 'yarn' } };
  expect(inheritsHook({ ...spec, metadata })).toBe(false);
});
