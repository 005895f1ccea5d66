// Runs in the form of MLflow's wire.
import type { Exact } from '../contract/int64.ts';
import type { RunState } from '../contract/tracking.ts';
import type { FilterTerm } from './filter.ts';
import type { LoggedRun, Run } from './run-store.ts';
import { toWireNumber } from './stored-number.ts';

export const toWireStatus = (state: RunState): string => state.toUpperCase();
export const fromWireStatus = (status: string): RunState => status.toLowerCase() as RunState;

/** Statuses are stored in lower case and asked for in capitals. */
export function statusByName(clause: FilterTerm): FilterTerm {
  if ('anyOf' in clause) return { anyOf: clause.anyOf.map(terms => terms.map(statusByName)) };
  const { entity, key, value } = clause;
  if (entity !== 'attribute' || key !== 'status' || typeof value !== 'string') return clause;
  return { ...clause, value: value.toLowerCase() };
}

export function toRunInfo(run: Exact<Run>) {
  return {
    run_id: run.run_id,
    run_uuid: run.run_id,
    run_name: run.name,
    experiment_id: String(run.experiment_id),
    user_id: run.user_id,
    status: toWireStatus(run.state),
    start_time: run.start_time,
    end_time: run.end_time ?? undefined,
    artifact_uri: run.artifact_uri,
    lifecycle_stage: run.lifecycle
  };
}

/** Lists that are empty are not said, as the wire has it; a page of runs is written faster without them. */
const orNone = <Item>(items: Item[]): Item[] | undefined => (items.length > 0 ? items : undefined);

export function toWireRun(run: Exact<LoggedRun>) {
  const linked = (direction: 'input' | 'output') =>
    run.models.filter(model => model.direction === direction);
  return {
    info: toRunInfo(run),
    data: {
      // Ten thousand of them may make a page: nothing is copied that is not sent.
      metrics: orNone(
        run.series.map(one => ({
          key: one.key,
          value: toWireNumber(one),
          timestamp: one.time,
          step: one.step
        }))
      ),
      params: orNone(run.params),
      tags: orNone(run.tags)
    },
    inputs: {
      dataset_inputs: orNone(
        run.inputs.map(({ dataset, tags }) => ({
          tags,
          dataset: {
            name: dataset.name,
            digest: dataset.digest,
            source_type: dataset.source_type,
            source: dataset.source,
            schema: dataset.schema ?? undefined,
            profile: dataset.profile ?? undefined
          }
        }))
      ),
      model_inputs: orNone(linked('input').map(({ model_id }) => ({ model_id })))
    },
    outputs: {
      model_outputs: orNone(linked('output').map(({ model_id, step }) => ({ model_id, step })))
    }
  };
}
