// The notebook's parameters as arguments: with a type, and a default that stands where it can be read.
import type { Parameter } from '../../contract/analysis.ts';
import { lex } from './lex.ts';
import { mentionedNames } from './names.ts';

export interface PlannedParameter {
  name: string;
  /** As Python annotates it. */
  annotation: string;
  /** As JSON schema names it; undefined when the default is no JSON value and so cannot be given from outside. */
  jsonType: 'integer' | 'number' | 'boolean' | 'string' | 'array' | 'object' | 'any' | undefined;
  /** The default's source text. */
  source: string;
  /** The default stands once at the top of the module, under the parameter's name: it is no plain value, or others build on it. */
  isConstant: boolean;
}

const SCALARS = {
  int: { annotation: 'int', jsonType: 'integer' },
  float: { annotation: 'float', jsonType: 'number' },
  bool: { annotation: 'bool', jsonType: 'boolean' },
  str: { annotation: 'str', jsonType: 'string' },
  none: { annotation: 'Any', jsonType: 'any' }
} as const;

export function planParameters(
  parameters: Parameter[],
  note: (text: string) => void
): PlannedParameter[] {
  const others = parameters.filter(each => each.type === 'other');
  const builtUpon = new Set(others.flatMap(each => [...mentionedNames(each.source)]));
  return parameters.map(({ name, type, source }) => {
    if (type !== 'other')
      return { name, source, ...SCALARS[type], isConstant: builtUpon.has(name) };
    const jsonType = jsonTypeOf(source);
    if (!jsonType) {
      note(
        `The parameter "${name}" keeps its default, ${source.split('\n')[0]}: only plain values can be given from outside`
      );
    }
    const annotation = jsonType === 'array' ? 'list' : jsonType === 'object' ? 'dict' : 'Any';
    return { name, source, annotation, jsonType, isConstant: true };
  });
}

/** Lists and dictionaries of plain values; anything computed is no default that JSON could say. */
function jsonTypeOf(source: string): 'array' | 'object' | undefined {
  const tokens = lex(source).filter(token => token.kind !== 'newline' && token.kind !== 'comment');
  const isPlain = tokens.every(
    ({ kind, text }) =>
      kind === 'number' ||
      (kind === 'string' && /^["']/.test(text)) ||
      ['True', 'False', 'None'].includes(text) ||
      (kind === 'sign' && '[]{},:-'.includes(text))
  );
  const first = tokens[0]?.text;
  if (!isPlain || (first !== '[' && first !== '{')) return undefined;
  if (first === '[') return tokens.at(-1)?.text === ']' ? 'array' : undefined;
  const isMapping =
    tokens.length === 2 || tokens.some(token => token.text === ':' && token.depth === 1);
  return isMapping ? 'object' : undefined;
}
