// Values given for a notebook's parameters, checked against what the notebook has.
import type { Parameter } from '../contract/analysis.ts';
import { problem } from '../contract/problem.ts';

export type ParamValue = string | number | boolean | null;

export interface GivenParam {
  value: ParamValue;
  type: Parameter['type'];
}

/** @throws invalid_request for an unknown name or a value of another type. */
export function checkParams(
  parameters: readonly Parameter[],
  given: Readonly<Record<string, ParamValue>>
): Record<string, GivenParam> {
  const known = new Map(parameters.map(parameter => [parameter.name, parameter]));
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const parameter = known.get(name);
      if (!parameter) {
        const names = [...known.keys()].join(', ');
        throw problem('invalid_request', `The notebook has no parameter "${name}"`, {
          remedy: names
            ? `It has ${names}`
            : 'Tag the cell that holds the parameters with "parameters"'
        });
      }
      return [name, { value: convert(parameter, value), type: parameter.type }];
    })
  );
}

const CONVERSIONS: Record<Parameter['type'], (value: ParamValue) => ParamValue | undefined> = {
  int: value => {
    const number =
      typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
  },
  float: value => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  },
  bool: value => {
    if (typeof value === 'boolean') return value;
    return /^true$/i.test(String(value))
      ? true
      : /^false$/i.test(String(value))
        ? false
        : undefined;
  },
  str: value => (value === null || typeof value === 'boolean' ? undefined : String(value)),
  none: value => value,
  other: value => value
};

const WORDS: Record<Parameter['type'], string> = {
  int: 'a whole number',
  float: 'a number',
  bool: 'true or false',
  str: 'text',
  none: 'any value',
  other: 'any value'
};

function convert({ name, type, source, cell }: Parameter, value: ParamValue): ParamValue {
  const converted = CONVERSIONS[type](value);
  if (converted !== undefined) return converted;
  throw problem('invalid_request', `The parameter "${name}" cannot be ${JSON.stringify(value)}`, {
    cell,
    remedy: `Give ${WORDS[type]}, like its default ${source}`
  });
}

/** As it stands in reasons and cache keys: `100`, `"abc"`; a value given that equals the default counts as the default. */
export function paramText(parameter: Parameter, given: GivenParam | undefined): string {
  if (given === undefined) return parameter.source.trim();
  const { value, type } = given;
  if (
    type === 'str' &&
    /^'[^'\\]*'$/.test(parameter.source) &&
    parameter.source.slice(1, -1) === value
  ) {
    return parameter.source;
  }
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value === null) return 'None';
  const same = type === 'float' && Number(parameter.source) === value;
  return same ? parameter.source.trim() : JSON.stringify(value);
}
