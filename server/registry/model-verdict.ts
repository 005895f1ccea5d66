// How a registered version stands to the one before it. Major: who calls it, or loads it, can break. Minor: it behaves otherwise.
import type { Column, Signature, TensorSpec } from '../text/model-signature.ts';
import { gravest, type Verdict } from '../text/semantic-version.ts';

/** What consumers of a model hold on to. */
export interface Surface {
  /** Libraries that can load it. */
  flavors: string[];
  /** Not there for a model that was logged without one. */
  signature?: Signature;
}

/** What made two versions different, beside what consumers see. */
export interface Behaviour {
  isSameModel: boolean;
  isSameRun: boolean;
  params: { key: string; current?: string | undefined; candidate?: string | undefined }[];
  cells: string[];
}

type Part = Column | TensorSpec;

export function modelVerdict(before: Surface, after: Surface, behaviour: Behaviour): Verdict {
  if (behaviour.isSameModel) return { bump: 'patch', reason: 'The same model, registered again' };
  return gravest([
    ...flavorVerdicts(before, after),
    ...signatureVerdicts(before.signature, after.signature),
    ...behaviourVerdicts(behaviour)
  ]);
}

const major = (reason: string): Verdict => ({ bump: 'major', reason });
const minor = (reason: string): Verdict => ({ bump: 'minor', reason });

function flavorVerdicts({ flavors: before }: Surface, { flavors: after }: Surface): Verdict[] {
  // Of files that could not be read nothing is concluded.
  if (before.length === 0 || after.length === 0) return [];
  const gone = before.filter(flavor => !after.includes(flavor));
  return gone.length > 0 ? [major(`It cannot be loaded as ${gone.join(', ')} any more`)] : [];
}

function signatureVerdicts(before: Signature | undefined, after: Signature | undefined): Verdict[] {
  if (!before && !after) return [];
  if (!before) return [minor('It has a signature now')];
  if (!after) return [minor('It has no signature any more')];
  return [
    ...inputVerdicts(inputsOf(before), inputsOf(after)),
    ...outputVerdicts(byName(before.outputs), byName(after.outputs)),
    ...paramVerdicts(before.params, after.params)
  ];
}

const inputsOf = ({ columns = [], tensors = [] }: Signature) => byName([...columns, ...tensors]);

const byName = (parts: readonly Part[]) =>
  new Map(parts.map((part, at) => [part.name ?? String(at), part]));

function inputVerdicts(before: Map<string, Part>, after: Map<string, Part>): Verdict[] {
  return [...union(before, after)].flatMap((name): Verdict[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (!is) return [major(`The input ${name} is gone`)];
    if (!was)
      return [
        isRequired(is)
          ? major(`The input ${name} is new and required`)
          : minor(`The optional input ${name} is new`)
      ];
    if (typeOf(was) !== typeOf(is)) {
      const reason = `The input ${name} is ${typeOf(is)}, was ${typeOf(was)}`;
      return [takesAlso(is, was) ? minor(reason) : major(reason)];
    }
    if (isRequired(was) === isRequired(is)) return [];
    return [
      isRequired(is)
        ? major(`The input ${name} is required now`)
        : minor(`The input ${name} is optional now`)
    ];
  });
}

function outputVerdicts(before: Map<string, Part>, after: Map<string, Part>): Verdict[] {
  return [...union(before, after)].flatMap((name): Verdict[] => {
    const [was, is] = [before.get(name), after.get(name)];
    if (!is) return [major(`The output ${name} is gone`)];
    if (!was) return [minor(`The output ${name} is new`)];
    return typeOf(was) === typeOf(is)
      ? []
      : [major(`The output ${name} is ${typeOf(is)}, was ${typeOf(was)}`)];
  });
}

function paramVerdicts(before: readonly string[], after: readonly string[]): Verdict[] {
  return [
    ...before
      .filter(name => !after.includes(name))
      .map(name => major(`The inference param ${name} is gone`)),
    // They have defaults, always.
    ...after
      .filter(name => !before.includes(name))
      .map(name => minor(`The inference param ${name} is new`))
  ];
}

function behaviourVerdicts({ isSameRun, params, cells }: Behaviour): Verdict[] {
  const changed = params.map(({ key, current = 'not set', candidate = 'not set' }) =>
    minor(`The param ${key} is ${candidate}, was ${current}`)
  );
  if (cells.length > 0) changed.push(minor(`The code of ${cells.join(', ')} changed`));
  if (changed.length > 0) return changed;
  return [minor(isSameRun ? 'Another model of the same run' : 'It was trained again')];
}

/** Types that MLflow lets in where a wider one is expected. */
const NARROWER: Record<string, string[]> = {
  long: ['integer'],
  float: ['integer'],
  double: ['integer', 'long', 'float']
};

const takesAlso = (is: Part, was: Part) =>
  'type' in is && 'type' in was && (NARROWER[is.type] ?? []).includes(was.type);

const isRequired = (part: Part) => !('type' in part) || part.required;
const typeOf = (part: Part) =>
  'type' in part ? part.type : `${part.dtype} (${part.shape.join(', ')})`;
const union = (...maps: Map<string, Part>[]) => new Set(maps.flatMap(map => [...map.keys()]));
