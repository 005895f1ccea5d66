// A kernel that ends before it answers: most often another process took one of its ports. It is started again.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInKernel } from '../../server/proof/reference.ts';
import { PYTHON } from '../support/kernel-specs.ts';
import { REPOSITORY } from '../support/server.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'kernel-start-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A real kernel, one of whose ports is taken in the first `refusals` starts. */
function kernelThatRefuses(refusals: number) {
  const own = join(place, `refuses-${refusals}`);
  mkdirSync(own, { recursive: true });
  const ports = join(own, 'ports.txt');
  const program = join(own, 'kernel.py');
  writeFileSync(
    program,
    `import json, socket, sys
with open(sys.argv[1]) as file:
    port = json.load(file)["shell_port"]
with open(${JSON.stringify(ports)}, "a") as file:
    print(port, file=file)
if sum(1 for _ in open(${JSON.stringify(ports)})) <= ${refusals}:
    taken = socket.create_server(("127.0.0.1", port))
from ipykernel.kernelapp import launch_new_instance
launch_new_instance(["-f", sys.argv[1]])
`
  );
  const run = runInKernel({
    environment: {
      kernel: 'refuses',
      language: 'python',
      executable: PYTHON,
      argv: [PYTHON, program, '{connection_file}'],
      variables: {}
    },
    python: PYTHON,
    bridge: join(REPOSITORY, 'kernel-bridge/python/stepladder'),
    folder: own,
    own,
    values: join(own, 'values'),
    limit: 60,
    scribble: false,
    cells: [{ cell: 0, source: 'print("it came")', names: [] }],
    cancelled: new AbortController().signal,
    onCell() {}
  });
  return { run, ports: () => readFileSync(ports, 'utf8').trim().split('\n') };
}

test('is started again, on other ports', async () => {
  const { run, ports } = kernelThatRefuses(2);
  const { cells, stopped } = await run;
  expect(stopped).toBeUndefined();
  expect(cells.map(({ outputs }) => outputs.stdout)).toEqual(['it came\n']);
  expect(new Set(ports()).size).toBe(3);
});

test('is given up after three starts, with what it said last', async () => {
  const { run, ports } = kernelThatRefuses(99);
  const { stopped } = await run;
  expect(stopped?.cell).toBe(0);
  expect(stopped?.reason).toMatch(
    /^The kernel did not start: its process ended with exit code 1 \(.*Address already in use.*\)$/
  );
  expect(ports()).toHaveLength(3);
});
