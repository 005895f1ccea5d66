// Takes in what another tracker kept. Who reads that tracker is the command line (`sources/`): it may stand on another machine.
import type * as operations from '../contract/transfer.ts';
import type { InputOf } from '../contract/operation.ts';
import { problem } from '../contract/problem.ts';
import type { Database, Db } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Handler } from '../http/route.ts';
import type { RegistryService } from '../registry/service.ts';
import type { TrackingService } from '../tracking/service.ts';
import * as store from './store.ts';

export interface TransferService {
  importBatch: Handler<typeof operations.importBatch>;
  importState: Handler<typeof operations.importState>;
}

type Batch = InputOf<typeof operations.importBatch>;

export interface TransferParts {
  database: Database;
  tracking: TrackingService;
  registry: RegistryService;
  bus: EventBus;
}

export function createTransferService({
  database,
  tracking: { carry },
  registry,
  bus
}: TransferParts): TransferService {
  /** Ids here of the experiments that the batch names. @throws invalid_request */
  async function experimentIds(db: Db, source: string, named: readonly string[]) {
    const wanted = [...new Set(named)];
    const marks = await store.readMarks(db, source, 'experiment', wanted);
    const missing = wanted.find(id => !marks.has(id));
    if (missing !== undefined) {
      throw problem('invalid_request', `The experiment "${missing}" was not sent before its runs`);
    }
    return new Map([...marks].map(([id, mark]) => [id, Number(mark)]));
  }

  /** Panels that are open show what came. */
  function tell({ runs, points, loggedModels, registeredModels }: Batch): void {
    const changed = new Set([
      ...runs.map(run => run.runId),
      ...points.map(piece => piece.runId),
      ...loggedModels.flatMap(model => model.runId ?? [])
    ]);
    for (const runId of changed) bus.publish({ type: 'run-changed', runId });
    for (const { name } of registeredModels) bus.publish({ type: 'model-changed', model: name });
  }

  return {
    async importBatch(input) {
      const taken = await database.write(async db => {
        const { source } = input;
        const places: Record<string, string> = {};
        const notes: string[] = [];
        const known = await store.readMarks(
          db,
          source,
          'experiment',
          input.experiments.map(({ sourceId }) => sourceId)
        );
        for (const experiment of input.experiments) {
          const id = await carry.experiment(db, experiment, known.get(experiment.sourceId));
          await store.putMarks(db, [
            { source, kind: 'experiment', source_id: experiment.sourceId, mark: String(id) }
          ]);
        }
        const experiments = await experimentIds(
          db,
          source,
          [...input.runs, ...input.loggedModels].map(({ experiment }) => experiment)
        );
        for (const run of input.runs)
          places[run.runId] = await carry.run(db, run, experiments.get(run.experiment)!);
        await carry.points(db, input.points);
        for (const model of input.loggedModels)
          places[model.modelId] = await carry.loggedModel(
            db,
            model,
            experiments.get(model.experiment)!
          );
        for (const model of input.registeredModels)
          notes.push(...(await registry.carryIn(db, model, id => carry.placeOf(db, id))));
        await store.putMarks(
          db,
          input.done.map(({ kind, id, stamp }) => ({ source, kind, source_id: id, mark: stamp }))
        );
        return { places, notes };
      });
      tell(input);
      return taken;
    },

    importState: async ({ source, kind, ids }) => ({
      done: Object.fromEntries(await store.readMarks(database.read, source, kind, ids))
    })
  };
}

export { openTarget } from './open-target.ts';
export { openSource } from './open-source.ts';
export { carryOver, type Carried } from './carry-over.ts';
