// From which version each line of a step is. Lines are followed from version to version once, as the versions are made; what came by
// another way (a pull, a new branch) is followed when it is first asked for.
import type { z } from 'zod';
import type { BlameLine, Pipeline } from '../contract/pipelines.ts';
import { problem } from '../contract/problem.ts';
import type { PipelineVersionRow } from '../database/tables/pipelines.ts';
import type { History, Line } from './history.ts';
import { followLines, readOrigins, writeOrigins } from './line-origins.ts';
import { PIPELINE_FILE, readPipeline } from './snapshot.ts';
import type { StepLineStore } from './step-line-store.ts';

export interface Blames {
  /** Notes a version as it is captured, which costs little: both sides are at hand. @param last the commit before it */
  note(
    row: PipelineVersionRow,
    after: Pipeline,
    last: PipelineVersionRow | undefined,
    before: Pipeline | undefined
  ): Promise<void>;
  /** A branch that begins at a version has its lines. */
  branchOff(row: PipelineVersionRow, branch: string): Promise<void>;
  /** @throws invalid_request when the version has no such step. */
  read(
    line: Line & { row: PipelineVersionRow },
    step: string | undefined
  ): Promise<{ step: string; lines: z.infer<typeof BlameLine>[] }[]>;
}

interface BlameParts {
  store: StepLineStore;
  history: Pick<History, 'repositoryOf' | 'known'>;
}

/** Versions that are read at a time, and noted together. */
const AT_ONCE = 100;

type Texts = ReadonlyMap<string, string>;

export function createBlames({ store, history }: BlameParts): Blames {
  /** Follows the lines through versions that come one after another. @param before what the version before them had */
  async function follow(
    versions: readonly { row: PipelineVersionRow; texts: Texts }[],
    before: Texts
  ): Promise<void> {
    const first = versions[0]!.row;
    const known = new Map(
      (await store.linesAt(first, first.number - 1)).map(row => [row.step, row])
    );
    const rows = [];
    let last = before;
    for (const { row, texts } of versions) {
      const { pipeline_id, branch, number } = row;
      for (const [step, text] of texts) {
        if (last.get(step) === text) continue;
        const was = known.get(step);
        // A step that had gone comes back with the lines it had.
        const old = was && (last.get(step) ?? (await textOf(first, was.number, step)));
        const origins = followLines(was && readOrigins(was.lines), old, text, number);
        const lines = { pipeline_id, branch, step, number, lines: writeOrigins(origins) };
        known.set(step, lines);
        rows.push(lines);
      }
      last = texts;
    }
    await store.addLines(first, rows, versions.at(-1)!.row.number);
  }

  async function textsAt(row: PipelineVersionRow): Promise<Texts> {
    const repository = history.repositoryOf(row.pipeline_id);
    return textsOf(readPipeline(await repository.read(row.commit_id, PIPELINE_FILE), ''));
  }

  async function textOf(of: PipelineVersionRow, number: number, step: string) {
    const [row] = await store.versionsBetween(of, number - 1, number);
    return row && (await textsAt(row)).get(step);
  }

  async function followTo(to: PipelineVersionRow): Promise<void> {
    const done = await store.followedTo(to);
    if (done >= to.number) return;
    const rows = await store.versionsBetween(to, done, to.number);
    const [last] = await store.versionsBetween(to, done - 1, done);
    let before: Texts = last ? await textsAt(last) : new Map();
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      const some = rows.slice(at, at + AT_ONCE);
      const texts = await Promise.all(some.map(textsAt));
      await follow(
        some.map((row, index) => ({ row, texts: texts[index]! })),
        before
      );
      before = texts.at(-1)!;
    }
  }

  return {
    async note(row, after, last, before) {
      if (row.revision > 0 || (await store.followedTo(row)) !== row.number - 1) return;
      if (last && last.revision > 0) return followTo(row);
      await follow([{ row, texts: textsOf(after) }], before ? textsOf(before) : new Map());
    },
    async branchOff(row, branch) {
      await followTo(row);
      await store.copyLines(row, branch, row.number);
    },
    async read({ repository, row }, step) {
      const { pipeline } = await history.known(repository, row);
      const asked = pipeline.steps.filter(({ name }) => !step || name === step);
      if (asked.length === 0)
        throw problem('invalid_request', `The version has no step "${step}"`, {
          remedy: `It has ${pipeline.steps.map(({ name }) => name).join(', ')}`
        });
      await followTo(row);
      const noted = new Map((await store.linesAt(row, row.number)).map(one => [one.step, one]));
      const [version] = await store.versionsBetween(row, row.number - 1, row.number);
      // A revision differs from its version by comments and formatting.
      const written = row.revision > 0 && version ? await textsAt(version) : undefined;
      const steps = [...textsOf({ steps: asked })].map(([name, text]) => {
        const origins = readOrigins(noted.get(name)!.lines);
        const old = written?.get(name) ?? text;
        const now = old === text ? origins : followLines(origins, old, text, row.number);
        return { name, lines: text.split('\n').map((line, at) => ({ line, from: now[at]! })) };
      });
      const numbers = [...new Set(steps.flatMap(({ lines }) => lines.map(({ from }) => from)))];
      const named = new Map((await store.namesOf(row, numbers)).map(one => [one.number, one]));
      return steps.map(({ name, lines }) => ({
        step: name,
        lines: lines.map(({ line: text, from }, at) => {
          const { author, time } = named.get(from) ?? row;
          return { line: at + 1, text, version: `v${from}`, author, time };
        })
      }));
    }
  };
}

const textsOf = ({ steps }: Pick<Pipeline, 'steps'>): Texts =>
  new Map(steps.map(({ name, source }) => [name, source.replace(/\n$/, '')]));
