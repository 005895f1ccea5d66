// What a version says of itself, kept in it as `version.json`: its number, its semantic version, and those of its parts.
import { z } from 'zod';
import { DatasetVersion, PartVersion, type Pipeline, type Step } from '../contract/pipelines.ts';
import { type OverrideBump, SemanticVersion } from '../contract/semantic-version.ts';
import {
  bumped,
  gravest,
  namesVerdict,
  NOTHING,
  schemaVerdict,
  type Verdict
} from '../text/semantic-version.ts';
import { toJson } from './snapshot.ts';

export const RECORD_FILE = 'version.json';

export const VersionRecord = z.object({
  contentId: z.string(),
  number: z.number().int(),
  /** 0 for the version itself; above, only comments, formatting or text differ from it. */
  revision: z.number().int(),
  semantic: SemanticVersion,
  steps: z.record(z.string(), PartVersion),
  outputs: z.record(z.string(), PartVersion),
  datasets: z.record(z.string(), DatasetVersion)
});
export type VersionRecord = z.infer<typeof VersionRecord>;

/** A pipeline with what is known of it beside its code: what a record is made of. */
export interface Facts {
  pipeline: Pipeline;
  contentId: string;
  steps: Record<string, string>;
  lock: { language: string; packages: string[] };
  /** Of outputs, by `step.name`. */
  schemas: Map<string, PartVersion['schema']>;
  datasets: Record<string, Omit<DatasetVersion, 'semantic'>>;
}

export type Known = { pipeline: Pipeline; record: VersionRecord; lock: Facts['lock'] };

/** What somebody decided of steps, outputs (`step.name`) and datasets (path). */
export type Overrides = Readonly<Record<string, OverrideBump | undefined>>;

export function nextRecord(
  facts: Facts,
  before: Known | undefined,
  override?: OverrideBump,
  parts: Overrides = {}
): VersionRecord {
  const steps = versionSteps(facts, before, parts);
  const outputs = versionOutputs(facts, before, parts);
  const datasets = versionDatasets(facts, before, parts);
  const verdict = before ? pipelineVerdict(facts, before, outputs, datasets) : NOTHING;
  const revision = before && before.record.contentId === facts.contentId && verdict.bump === 'none';
  const semantic = revision
    ? bumped(before.record.semantic, TEXT_ONLY, override)
    : bumped(before?.record.semantic, verdict, override);
  return {
    contentId: facts.contentId,
    number: revision ? before.record.number : (before?.record.number ?? 0) + 1,
    revision: revision ? before.record.revision + 1 : 0,
    semantic,
    steps,
    outputs,
    datasets
  };
}

const TEXT_ONLY: Verdict = { bump: 'patch', reason: 'Comments, formatting or text' };

function versionSteps(
  { pipeline, steps, schemas }: Facts,
  before: Known | undefined,
  parts: Overrides
) {
  const old = new Map(before?.pipeline.steps.map(step => [step.name, step]));
  return Object.fromEntries(
    pipeline.steps.map((step): [string, PartVersion] => {
      const contentId = steps[step.name]!;
      const was = old.get(step.name);
      const last = before?.record.steps[step.name];
      const changes =
        was && last
          ? [
              ...interfaceVerdicts(was, step),
              ...step.outputs.map(name =>
                schemaVerdict(
                  name,
                  before!.record.outputs[`${step.name}.${name}`]?.schema,
                  schemas.get(`${step.name}.${name}`)
                )
              ),
              last.contentId === contentId ? NOTHING : CODE
            ]
          : [];
      return [
        step.name,
        { contentId, semantic: bumped(last?.semantic, gravest(changes), parts[step.name]) }
      ];
    })
  );
}

const CODE: Verdict = { bump: 'minor', reason: 'Its code changed' };

function interfaceVerdicts(before: Step, after: Step): Verdict[] {
  return [
    ...namesVerdict('The input', before.inputs, after.inputs, 'major'),
    ...namesVerdict('The output', before.outputs, after.outputs, 'minor'),
    ...namesVerdict('The param', before.params, after.params, 'minor')
  ];
}

/** Of every output: its schema decides about consumers, the step that makes it about behaviour. */
function versionOutputs(
  { pipeline, steps, schemas }: Facts,
  before: Known | undefined,
  parts: Overrides
) {
  return Object.fromEntries(
    pipeline.steps.flatMap(step =>
      step.outputs.map((name): [string, PartVersion] => {
        const key = `${step.name}.${name}`;
        const last = before?.record.outputs[key];
        // A schema once seen holds until another is seen.
        const schema = schemas.get(key) ?? last?.schema;
        const contentId = steps[step.name]!;
        const verdict = gravest([
          schemaVerdict(name, last?.schema, schema),
          last && last.contentId !== contentId
            ? { bump: 'minor', reason: `The code of ${step.name} changed` }
            : NOTHING
        ]);
        return [
          key,
          {
            contentId,
            semantic: bumped(last?.semantic, verdict, parts[key]),
            ...(schema ? { schema } : {})
          }
        ];
      })
    )
  );
}

function versionDatasets({ datasets }: Facts, before: Known | undefined, parts: Overrides) {
  return Object.fromEntries(
    Object.entries(datasets).map(([path, dataset]): [string, DatasetVersion] => {
      const last = before?.record.datasets[path];
      const verdict = gravest([
        schemaVerdict(path, last?.schema, dataset.schema),
        last && last.contentId !== dataset.contentId
          ? { bump: 'patch', reason: `The data in ${path} changed` }
          : NOTHING
      ]);
      return [path, { ...dataset, semantic: bumped(last?.semantic, verdict, parts[path]) }];
    })
  );
}

function pipelineVerdict(
  { pipeline, contentId, steps, lock }: Facts,
  before: Known,
  outputs: Record<string, PartVersion>,
  datasets: Record<string, DatasetVersion>
): Verdict {
  const was = before.pipeline;
  const names = (of: Pipeline) => of.steps.flatMap(step => step.outputs);
  const params = (of: Pipeline) => of.parameters.map(({ name }) => name);
  const typed = new Map(was.parameters.map(({ name, type }) => [name, type]));
  const verdicts: Verdict[] = [
    ...namesVerdict('The output', names(was), names(pipeline), 'minor'),
    ...namesVerdict('The param', params(was), params(pipeline), 'minor'),
    ...pipeline.parameters
      .filter(({ name, type }) => typed.has(name) && typed.get(name) !== type)
      .map(({ name, type }): Verdict => ({
        bump: 'major',
        reason: `The param ${name} is ${type}, was ${typed.get(name)}`
      })),
    ...Object.entries(outputs).map(([key, { schema }]) =>
      schemaVerdict(key, before.record.outputs[key]?.schema, schema)
    ),
    ...Object.entries(datasets).map(([path, dataset]): Verdict => {
      const last = before.record.datasets[path];
      // What the steps write follows from the rest, and may differ at every run.
      if (!last || last.contentId === dataset.contentId || dataset.kind === 'processed')
        return NOTHING;
      const schema = schemaVerdict(path, last.schema, dataset.schema);
      return schema.bump === 'none'
        ? { bump: 'patch', reason: `The data in ${path} changed` }
        : schema;
    })
  ];
  if (contentId !== before.record.contentId)
    verdicts.push({ bump: 'minor', reason: describeBehaviour(pipeline, steps, lock, before) });
  return gravest(verdicts);
}

function describeBehaviour(
  pipeline: Pipeline,
  steps: Facts['steps'],
  lock: Facts['lock'],
  before: Known
): string {
  const changed = Object.keys(steps).filter(
    name => before.record.steps[name] && before.record.steps[name].contentId !== steps[name]
  );
  const fresh = Object.keys(steps).filter(name => !before.record.steps[name]);
  const gone = Object.keys(before.record.steps).filter(name => !(name in steps));
  const defaults = (of: Pipeline) =>
    toJson(of.parameters.map(({ name, source }) => [name, source.trim()]));
  const parts = [
    changed.length ? `The code of ${changed.join(', ')} changed` : '',
    fresh.length ? `The step ${fresh.join(', ')} is new` : '',
    gone.length ? `The step ${gone.join(', ')} is gone` : '',
    defaults(pipeline) === defaults(before.pipeline) ? '' : 'Defaults of params changed',
    toJson(lock) === toJson(before.lock) ? '' : 'The environment changed'
  ];
  return parts.filter(Boolean).join('; ') || 'The order of steps changed';
}

/** The same version behind another one, with the numbers that follow there. */
export function nextNumbers(record: VersionRecord, last: VersionRecord): VersionRecord {
  const isRevision = record.revision > 0 && record.contentId === last.contentId;
  const { bump, reason } = record.semantic;
  return {
    ...record,
    number: isRevision ? last.number : last.number + 1,
    revision: isRevision ? last.revision + 1 : 0,
    semantic: bumped(last.semantic, {
      bump: bump === 'first' || bump === 'none' ? 'minor' : bump,
      reason
    })
  };
}
