// Proofs begun and waited for, in tests with real kernels.
import { execFileSync } from 'node:child_process';
import type { Notebook } from '../../server/contract/notebook.ts';
import { getProof, type Proof, prove } from '../../server/contract/proof.ts';
import { notebookOf, type PipelineApp } from './pipeline-support.ts';

const LOOK_EVERY = 50;

export async function proveToEnd(
  app: PipelineApp,
  cells: string[] | Notebook,
  path = 'notebook.ipynb',
  limit = 60
): Promise<Proof> {
  const notebook = Array.isArray(cells) ? notebookOf(cells) : cells;
  const begun = await app.call(prove, { path, notebook, limit });
  for (;;) {
    const proof = await app.call(getProof, { proofId: begun.proofId });
    if (proof.state !== 'running') return proof;
    await new Promise(resolve => setTimeout(resolve, LOOK_EVERY));
  }
}

/** A cell that leaves a process behind, in a session of its own; `mark` is some number of seconds that no other process sleeps. */
export const leavesSleeper = (mark: string) =>
  `import subprocess\nleft = subprocess.Popen(["setsid", "sleep", "${mark}"]).pid > 0`;

/** The command lines of all processes. */
export const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
