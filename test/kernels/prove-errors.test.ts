// What cells write to standard error, compared: alike where it is alike, told where it is not, and what cannot be compared is named.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPipelineApp, type PipelineApp } from './pipeline-support.ts';
import { proveToEnd } from './proof-support.ts';

let app: PipelineApp;
beforeAll(async () => {
  app = await startPipelineApp();
});
afterAll(() => app.close());

const BAR = `import sys, time
for done in range(4):
    print(f"\\r{done}/3 [00:0{done}<00:01, {time.perf_counter():.1f}it/s]", end="", file=sys.stderr)
print(file=sys.stderr)`;

test('text, warnings, logs, progress bars and tracebacks that are alike', async () => {
  const cells = [
    'import this',
    'import sys, warnings, logging, traceback, threading, subprocess, time',
    'logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")',
    'a = 1\nprint("to the user", a, file=sys.stderr)',
    'b = a + 1\nlogging.info("b is %d", b)',
    'warnings.warn("a is small")\nc = a + 2',
    'warnings.warn("a is small", DeprecationWarning)\nd = a + c',
    BAR,
    'try:\n    1 / (a - 1)\nexcept ZeroDivisionError:\n    traceback.print_exc()',
    'def fail():\n    raise ValueError("in a thread")',
    'thread = threading.Thread(target=fail)\nthread.start()\nthread.join()',
    'subprocess.run([sys.executable, "-c", "import sys; print(7, file=sys.stderr)"]).returncode',
    '%no_such_magic',
    'print(time.time_ns(), "rows", b, file=sys.stderr)'
  ];
  const proof = await proveToEnd(app, cells, 'alike.ipynb');
  expect(proof.differences).toEqual([]);
  expect(proof.equal).toBe(true);
  expect(proof.notCompared).toEqual([
    { cell: 13, what: 'stderr', reason: expect.stringContaining('each run') as string }
  ]);
});

test('a filter of an earlier cell, and a logger with a handler of its own, reach the steps that count on them', async () => {
  const cells = [
    'import logging, warnings, sys',
    'warnings.simplefilter("ignore")',
    'warnings.warn("nobody wants to know")\na = 1',
    'logger = logging.getLogger("mine")\nlogger.setLevel(logging.INFO)\nhandler = logging.StreamHandler()\nhandler.setFormatter(logging.Formatter("%(name)s: %(message)s"))\nlogger.addHandler(handler)',
    'logger.info("a is %d", a)\nb = 2',
    'logger.info("alone")\nc = 3'
  ];
  const proof = await proveToEnd(app, cells, 'set-up.ipynb');
  expect(proof.differences).toEqual([]);
  expect(proof).toMatchObject({ equal: true, notCompared: [] });
});

test('what only a process of its own says is a difference, with both texts', async () => {
  const inKernel = '__import__("sys").modules.get("ipykernel")';
  const cells = [
    `import sys\nprint("kernel" if ${inKernel} else "step", file=sys.stderr)`,
    `import warnings\nwarnings.warn("of a kernel" if ${inKernel} else "of a step")`
  ];
  const proof = await proveToEnd(app, cells, 'unlike.ipynb');
  expect(proof.equal).toBe(false);
  expect(proof.differences).toEqual([
    { cell: 0, what: 'stderr', place: 'line 1', notebook: 'kernel', pipeline: 'step' },
    {
      cell: 1,
      what: 'stderr',
      place: 'warnings',
      notebook: 'UserWarning: of a kernel',
      pipeline: 'UserWarning: of a step'
    }
  ]);
});
