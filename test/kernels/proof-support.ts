// Proofs begun and waited for, in tests with real kernels.
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
