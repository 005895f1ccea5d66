// A captured version against the notebook as it is now, in the form in which two versions are compared: pure.
import type { Pipeline, VersionDiff } from '../../server/contract/pipelines.ts';

export function diffWithNow(
  version: string,
  then: Pipeline,
  now: Pipeline,
  word: string
): VersionDiff {
  const before = new Map(then.steps.map(step => [step.name, step]));
  const after = new Map(now.steps.map(step => [step.name, step]));
  const names = [...new Set([...after.keys(), ...before.keys()])];
  const params = (pipeline: Pipeline) =>
    new Map(pipeline.parameters.map(({ name, source }) => [name, source]));
  const [paramsBefore, paramsAfter] = [params(then), params(now)];
  return {
    from: version,
    to: word,
    steps: names.map(name => {
      const [old, next] = [before.get(name), after.get(name)];
      const lines = diffLines(old?.source ?? '', next?.source ?? '');
      return {
        step: name,
        change: !old ? 'added' : !next ? 'removed' : lines.length > 0 ? 'changed' : 'same',
        lines,
        inputs: changes(old?.inputs, next?.inputs),
        outputs: changes(old?.outputs, next?.outputs)
      };
    }),
    parameters: [...new Set([...paramsBefore.keys(), ...paramsAfter.keys()])].flatMap(name => {
      const [from, to] = [paramsBefore.get(name), paramsAfter.get(name)];
      return from === to ? [] : [{ name, from, to }];
    }),
    data: [],
    environment: []
  };
}

function changes(
  before: readonly string[] = [],
  after: readonly string[] = []
): { added: string[]; removed: string[] } {
  return {
    added: after.filter(name => !before.includes(name)),
    removed: before.filter(name => !after.includes(name))
  };
}

/** Lines with their sign; empty when nothing differs. Cells are short, so the plain table of common lines will do. */
export function diffLines(before: string, after: string): string[] {
  if (before === after) return [];
  const [a, b] = [before === '' ? [] : before.split('\n'), after === '' ? [] : after.split('\n')];
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] =
        a[i] === b[j]
          ? common[i + 1]![j + 1]! + 1
          : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(` ${a[i++]}`);
      j++;
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!))
      lines.push(`-${a[i++]}`);
    else lines.push(`+${b[j++]}`);
  }
  return lines;
}
