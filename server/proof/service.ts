// Proving notebooks, one at a time each; the last proof of each is kept, and what it taught is there for the next run.
import { basename } from 'node:path';
import type { AnalysisService } from '../analysis/service.ts';
import type { Notebook } from '../contract/notebook.ts';
import { problem, ProblemError } from '../contract/problem.ts';
import { Proof } from '../contract/proof.ts';
import type * as operations from '../contract/proof.ts';
import type { Database } from '../database/open.ts';
import type { Environments } from '../environment/kernelspec.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import { createId } from '../events/ids.ts';
import type { Handler } from '../http/route.ts';
import type { Known } from '../pipelines/service.ts';
import type { Workspace } from '../workspace.ts';
import { Lesson, makeLesson, recall } from './lesson.ts';
import { proveNotebook } from './prove-notebook.ts';
import { createProofStore } from './store.ts';

export { proveNotebook } from './prove-notebook.ts';

export interface ProofService {
  /** Answers as soon as it has begun. */
  prove: Handler<typeof operations.prove>;
  getProof: Handler<typeof operations.getProof>;
  listProofs: Handler<typeof operations.listProofs>;
  cancelProof: Handler<typeof operations.cancelProof>;
  close(): Promise<void>;
}

export interface ProofParts {
  database: Database;
  analysis: AnalysisService;
  environments: Environments;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
  /** The environment's own interpreter, which has Jupyter's client. */
  python: string;
  bridge: string;
  lessons: Lessons;
}

/** What proofs taught, in memory: asked for at every look at a notebook. */
export interface Lessons {
  load(): Promise<void>;
  keep(notebook: string, lesson: Lesson): void;
  of(notebook: string): Lesson | undefined;
  /** @param path as the workspace spells it */
  knownOf(path: string, notebook: Notebook): Known | undefined;
}

export function createLessons(database: Database, analysis: AnalysisService): Lessons {
  const store = createProofStore(database);
  const lessons = new Map<string, Lesson>();
  return {
    async load() {
      for (const { notebook, lesson } of await store.list()) {
        const parsed = lesson === null ? undefined : Lesson.safeParse(JSON.parse(lesson));
        if (parsed?.success) lessons.set(notebook, parsed.data);
      }
    },
    keep: (notebook, lesson) => void lessons.set(notebook, lesson),
    of: notebook => lessons.get(notebook),
    knownOf(path, notebook) {
      const lesson = lessons.get(path);
      return lesson && recall(lesson, notebook, analysis);
    }
  };
}

interface Running {
  proof: Proof;
  cancel: AbortController;
  ended: Promise<void>;
}

const PUBLISH_EVERY = 200;

export function createProofService(parts: ProofParts): ProofService {
  const { analysis, environments, bus, clock, workspace, lessons } = parts;
  const store = createProofStore(parts.database);
  const running = new Map<string, Running>();

  async function find(proofId: string): Promise<Proof> {
    const now = running.get(proofId);
    if (now) return structuredClone(now.proof);
    const row = await store.find(proofId);
    if (!row) throw problem('not_found', `There is no proof "${proofId}"`);
    return Proof.parse(JSON.parse(row.proof));
  }

  function publisher({ proofId, notebook }: Proof): () => void {
    let waiting: NodeJS.Timeout | undefined;
    return () => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        bus.publish({ type: 'proof-changed', proofId, notebook, running: true });
      }, PUBLISH_EVERY);
    };
  }

  async function work(proof: Proof, notebook: Notebook, limit: number, signal: AbortSignal) {
    const changed = publisher(proof);
    // What an earlier proof taught stays true of the cells that are as they were.
    let lesson = lessons.of(proof.notebook);
    try {
      const {
        result,
        overlay,
        analysis: proved,
        notebook: read
      } = await proveNotebook({
        analysis,
        environment: environments.forNotebook(notebook),
        python: parts.python,
        bridge: parts.bridge,
        notebook,
        name: basename(proof.notebook, '.ipynb'),
        folder: workspace.folderOf(proof.notebook),
        limit,
        cancelled: signal,
        onPhase(phase) {
          proof.phase = phase;
          changed();
        }
      });
      Object.assign(proof, result, { state: signal.aborted ? 'cancelled' : 'done', phase: '' });
      if (result.equal && !signal.aborted) {
        lesson = makeLesson(read, proved, overlay, analysis);
        lessons.keep(proof.notebook, lesson);
      }
    } catch (error) {
      const fault =
        error instanceof ProblemError
          ? error
          : problem('internal', error instanceof Error ? error.message : String(error));
      Object.assign(proof, { state: 'failed', phase: '', problem: fault.problem });
    }
    proof.endTime = clock();
    const row = {
      notebook: proof.notebook,
      proof_id: proof.proofId,
      proof: JSON.stringify(proof),
      lesson: lesson ? JSON.stringify(lesson) : null,
      proved_time: proof.endTime
    };
    // A full disk must not take the answer from whoever waits for it: then it stays in memory.
    await store.save(row).then(
      () => running.delete(proof.proofId),
      () => {}
    );
    const { proofId, notebook: path } = proof;
    bus.publish({ type: 'proof-changed', proofId, notebook: path, running: false });
  }

  return {
    prove({ path, notebook, limit }) {
      const full = workspace.identify(path);
      workspace.folderOf(path);
      environments.forNotebook(notebook);
      if (!notebook.cells.some(({ cell_type }) => cell_type === 'code'))
        throw problem(
          'invalid_notebook',
          `"${path}" has no code cell, so there is nothing to prove`,
          {
            remedy: 'Add a code cell'
          }
        );
      const before = [...running.values()].find(each => each.proof.notebook === full);
      if (before && before.proof.state === 'running')
        throw problem('already_running', `"${path}" is being proved already`, {
          remedy: 'Wait until it has ended, or cancel it'
        });
      const proof = beginning(createId(clock), full, clock());
      const cancel = new AbortController();
      const ended = work(proof, notebook, limit, cancel.signal);
      running.set(proof.proofId, { proof, cancel, ended });
      return structuredClone(proof);
    },
    getProof: ({ proofId }) => find(proofId),
    async listProofs({ notebook }) {
      const path = notebook === undefined ? undefined : workspace.identify(notebook);
      const now = [...running.values()]
        .map(({ proof }) => proof)
        .filter(proof => path === undefined || proof.notebook === path);
      const rows = await store.list(path);
      const kept = rows.map(row => Proof.parse(JSON.parse(row.proof)));
      const isGoing = ({ notebook: each }: Proof) => now.some(proof => proof.notebook === each);
      return { items: [...structuredClone(now), ...kept.filter(proof => !isGoing(proof))] };
    },
    async cancelProof({ proofId }) {
      const now = running.get(proofId);
      now?.cancel.abort();
      await now?.ended;
      return find(proofId);
    },
    async close() {
      for (const { cancel } of running.values()) cancel.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    }
  };
}

function beginning(proofId: string, notebook: string, startTime: number): Proof {
  return {
    proofId,
    notebook,
    state: 'running',
    phase: 'It begins',
    startTime,
    equal: false,
    cells: 0,
    equalCells: 0,
    closeCells: 0,
    volatile: [],
    notCompared: [],
    values: { equal: 0, close: 0, different: 0, volatile: 0, unknown: 0 },
    repairs: [],
    steps: 0,
    parallelism: 0,
    differences: [],
    raises: [],
    notes: []
  };
}
