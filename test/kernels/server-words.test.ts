// What a server said that ended before it was ready reaches the user, also when it is read after the end.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/jupyter.ts';

const SCRIPT = `
import logging, os, sys, time
from stepladder.server_extension.supervisor import Supervisor

# Its words come after it, from what it started.
server = ["/bin/sh", "-c", "(sleep 0.3; echo 'stepladder: no room is left' >&2; echo '  Free some' >&2) > /dev/null & exit 1", "server"]
supervisor = Supervisor(server, dict(os.environ), sys.argv[1], logging.getLogger("test"), lambda url, token: None)
supervisor.start()
while supervisor.status.state == "starting":
    time.sleep(0.01)
print(supervisor.status.state, supervisor.status.detail, supervisor.status.remedy, sep="|", end="")
supervisor.stop()
`;

test('the last words of a server that ended are waited for', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'stepladder-words-'));
  const python = join(root, '.venv/bin/python');
  try {
    const said = execFileSync(python, ['-c', SCRIPT, workspace], {
      env: { ...process.env, PYTHONPATH: join(root, 'kernel-bridge/python') }
    });
    expect(String(said)).toBe('failed|no room is left|Free some');
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
});
