// What changed from one version to another, step by step.
import type { Pipeline, VersionDetail, VersionDiff } from '../contract/pipelines.ts';
import { diffLines } from '../text/line-diff.ts';

type Compared = Pick<
  VersionDetail,
  'pipeline' | 'environment' | 'language' | 'version' | 'semantic' | 'datasets'
>;

export function compareVersions(from: Compared, to: Compared): VersionDiff {
  return {
    from: from.version,
    to: to.version,
    semantic: { from: from.semantic, to: to.semantic },
    steps: compareSteps(from.pipeline, to.pipeline),
    parameters: compareEntries(defaults(from.pipeline), defaults(to.pipeline)),
    data: compareEntries(contents(from), contents(to)),
    environment: compareEntries(packages(from), packages(to))
  };
}

export function compareSteps(from: Pipeline, to: Pipeline): VersionDiff['steps'] {
  const before = new Map(from.steps.map(step => [step.name, step]));
  const after = new Map(to.steps.map(step => [step.name, step]));
  return [...new Set([...after.keys(), ...before.keys()])].map(step => {
    const [old, now] = [before.get(step), after.get(step)];
    const lines =
      old && now ? diffLines(old.source, now.source) : allLines(old?.source, now?.source);
    const inputs = compareNames(old?.inputs, now?.inputs);
    const outputs = compareNames(old?.outputs, now?.outputs);
    const differs = [lines, inputs.added, inputs.removed, outputs.added, outputs.removed].some(
      list => list.length > 0
    );
    const change = !old ? 'added' : !now ? 'removed' : differs ? 'changed' : 'same';
    return { step, change, lines, inputs, outputs };
  });
}

function allLines(old: string | undefined, now: string | undefined): string[] {
  const sign = now === undefined ? '-' : '+';
  return (now ?? old ?? '').split('\n').map(line => sign + line);
}

function compareNames(
  before: string[] = [],
  after: string[] = []
): { added: string[]; removed: string[] } {
  return {
    added: after.filter(name => !before.includes(name)),
    removed: before.filter(name => !after.includes(name))
  };
}

type Entries = Map<string, string>;

function compareEntries(before: Entries, after: Entries): VersionDiff['parameters'] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap(name => {
    const [from, to] = [before.get(name), after.get(name)];
    if (from === to) return [];
    return [{ name, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}

function defaults(pipeline: Pipeline): Entries {
  return new Map(pipeline.parameters.map(({ name, source }) => [name, source]));
}

function contents({ datasets }: Compared): Entries {
  const words = Object.entries(datasets).map(([path, { contentId, rows, semantic }]) => {
    const size = rows === undefined ? '' : `, ${rows.toLocaleString('en')} rows`;
    return [path, `${semantic.version}${size}, ${contentId.slice(0, 12)}`] as const;
  });
  return new Map(words);
}

function packages({ environment, language }: Compared): Entries {
  const [runtime = '', version = ''] = language.split(' ');
  const lines = environment.map(line => line.split('==', 2) as [string, string]);
  return new Map([...(version ? [[runtime, version] as const] : []), ...lines]);
}
