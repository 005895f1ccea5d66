// Carries a tracker over to a server, a page at a time. What is wholly there is left out, so that an import that was broken off
// goes on where it was, and one that is done again costs little.
import type * as operations from '../contract/transfer.ts';
import type { CarriedPoints } from '../contract/transfer.ts';
import type { InputOf, RequestOf, ResponseOf } from '../contract/operation.ts';
import type { Source, SourceFile, SourceModel, SourceRun } from './source.ts';

type Batch = RequestOf<typeof operations.importBatch>;

/** The server that takes it in. */
export interface Receiver {
  importBatch(batch: Batch): Promise<ResponseOf<typeof operations.importBatch>>;
  importState(
    asked: InputOf<typeof operations.importState>
  ): Promise<ResponseOf<typeof operations.importState>>;
  /** Keeps a file below the place of a run's or model's artifacts. @returns whether that place takes files. */
  putFile(place: string, file: SourceFile): Promise<boolean>;
  /** Everything has come. */
  finish?(): Promise<void>;
}

export interface Carried {
  experiments: number;
  runs: number;
  /** Runs and logged models that were wholly there before. */
  unchanged: number;
  points: number;
  models: number;
  registeredModels: number;
  versions: number;
  files: number;
  bytes: number;
  notes: string[];
}

export interface CarryOptions {
  /** Leave artifacts where they are. */
  withoutArtifacts?: boolean;
  onProgress?: (so: Readonly<Carried>) => void;
}

const PAGE = 100;
/** On the mark of a run or model whose artifacts did not come along. */
const WITHOUT = ' without artifacts';
const MOST_POINTS = 20_000;
const UPLOADS = 4;

export async function carryOver(
  source: Source,
  receiver: Receiver,
  { withoutArtifacts = false, onProgress = () => undefined }: CarryOptions = {}
): Promise<Carried> {
  const carried: Carried = {
    experiments: 0,
    runs: 0,
    unchanged: 0,
    points: 0,
    models: 0,
    registeredModels: 0,
    versions: 0,
    files: 0,
    bytes: 0,
    notes: []
  };
  const unreadable = new Set<string>();
  let isUnproxied = false;

  const send = async (batch: Omit<Batch, 'source'>) => {
    const answer = await receiver.importBatch({ source: source.name, ...batch });
    carried.notes.push(...answer.notes);
    return answer.places;
  };

  async function known(kind: 'run' | 'model', ids: string[]): Promise<Record<string, string>> {
    return (await receiver.importState({ source: source.name, kind, ids })).done;
  }

  /** Whether its artifacts come along: not when told so, and not from where they cannot be read. */
  const canCopy = async (uri: string) =>
    !withoutArtifacts && (await source.files(uri).catch(() => undefined)) !== undefined;

  /** Those that are not wholly there: changed since, or without artifacts that could come along now. */
  async function those<One extends { stamp: string; artifactUri: string }>(
    page: One[],
    markOf: (one: One) => string | undefined
  ): Promise<One[]> {
    const fresh: One[] = [];
    for (const one of page) {
      const mark = markOf(one);
      if (mark === one.stamp) continue;
      if (mark === one.stamp + WITHOUT && !(await canCopy(one.artifactUri))) continue;
      fresh.push(one);
    }
    return fresh;
  }

  async function copyFiles(uri: string, place: string): Promise<void> {
    const files = await source.files(uri);
    if (!files) return;
    const underWay = new Set<Promise<void>>();
    for await (const file of files) {
      const one = receiver.putFile(place, file).then(isTaken => {
        if (!isTaken) unreadable.add(place);
        else {
          carried.files += 1;
          carried.bytes += file.bytes;
        }
      });
      const done = one.finally(() => underWay.delete(done));
      underWay.add(done);
      if (underWay.size >= UPLOADS) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  }

  async function carryRuns(page: SourceRun[]): Promise<void> {
    const done = await known(
      'run',
      page.map(({ run }) => run.runId)
    );
    const fresh = await those(page, ({ run }) => done[run.runId]);
    carried.unchanged += page.length - fresh.length;
    const copied = new Set<string>();
    for (const { run, artifactUri } of fresh) {
      if (await canCopy(artifactUri)) copied.add(run.runId);
      else noteLeft(artifactUri);
    }
    const places = await send({
      runs: fresh.map(({ run, artifactUri }) =>
        copied.has(run.runId) || !isElsewhere(artifactUri) ? run : { ...run, artifactUri }
      )
    });
    await carryPoints(fresh);
    for (const { run, artifactUri } of fresh)
      if (copied.has(run.runId)) await copyFiles(artifactUri, places[run.runId]!);
    await send({
      done: fresh.map(({ run, stamp }) => ({
        kind: 'run',
        id: run.runId,
        stamp: copied.has(run.runId) ? stamp : stamp + WITHOUT
      }))
    });
    carried.runs += fresh.length;
    onProgress(carried);
  }

  async function carryPoints(fresh: SourceRun[]): Promise<void> {
    let points: CarriedPoints[] = [];
    let waiting = 0;
    const flush = async () => {
      if (waiting > 0) await send({ points });
      carried.points += waiting;
      points = [];
      waiting = 0;
    };
    for (const { run } of fresh) {
      for await (const piece of source.points(run.runId)) {
        points.push(piece);
        waiting += piece.times.length;
        if (waiting >= MOST_POINTS) {
          await flush();
          onProgress(carried);
        }
      }
    }
    await flush();
  }

  async function carryModels(page: SourceModel[]): Promise<void> {
    const done = await known(
      'model',
      page.map(({ model }) => model.modelId)
    );
    const fresh = await those(page, ({ model }) => done[model.modelId]);
    carried.unchanged += page.length - fresh.length;
    for (const { model, artifactUri, stamp } of fresh) {
      const isCopied = await canCopy(artifactUri);
      if (!isCopied) noteLeft(artifactUri);
      const places = await send({
        loggedModels: [isCopied || !isElsewhere(artifactUri) ? model : { ...model, artifactUri }]
      });
      if (isCopied) await copyFiles(artifactUri, places[model.modelId]!);
      const mark = isCopied ? stamp : stamp + WITHOUT;
      await send({ done: [{ kind: 'model', id: model.modelId, stamp: mark }] });
      carried.models += 1;
    }
    onProgress(carried);
  }

  function noteLeft(uri: string): void {
    if (withoutArtifacts) return;
    if (source.unproxied !== undefined && /^mlflow-artifacts:/i.test(uri)) isUnproxied = true;
    if (isElsewhere(uri)) unreadable.add(uri.replace(/\/[^/]+\/artifacts.*$/, ''));
  }

  for await (const page of inPages(source.experiments())) {
    await send({ experiments: page });
    carried.experiments += page.length;
  }
  for await (const page of inPages(source.runs())) await carryRuns(page);
  for await (const page of inPages(source.models())) await carryModels(page);
  for await (const model of source.registeredModels()) {
    await send({ registeredModels: [model] });
    carried.registeredModels += 1;
    carried.versions += model.versions.length;
  }
  await receiver.finish?.();
  if (isUnproxied) carried.notes.push(source.unproxied!);
  if (unreadable.size > 0) {
    const [first] = unreadable;
    carried.notes.push(
      `Artifacts of ${unreadable.size} places, such as "${first}", were left where they are: they cannot be read from here or kept there`
    );
  }
  onProgress(carried);
  return carried;
}

/** An address in another storage, which stays as good as it is. */
const isElsewhere = (uri: string): boolean =>
  /^[a-z][a-z0-9+.-]+:/i.test(uri) && !/^(file|mlflow-artifacts):/i.test(uri);

async function* inPages<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let page: Item[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length === PAGE) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
