// What changed between a run that was good and one that was not: cells, params, data, packages, in that order of likelihood.
import type { Cause, ValueSchema } from '../contract/pipelines.ts';
import { diffLines } from '../text/line-diff.ts';

/** One of the two sides: a version, or a run with the version it was made from. */
export interface Side {
  name: string;
  /** Source of each cell or step, by a name that both sides know it by. */
  cells: Map<string, string>;
  params: Map<string, string>;
  /** Undefined where it is not known. */
  data?: Map<string, { contentId: string; rows?: number; schema?: ValueSchema }>;
  packages?: Map<string, string>;
}

export function explainDifference(
  from: Side,
  to: Side,
  normalise: (source: string) => string
): { causes: Cause[]; unknown: string[] } {
  const causes = [
    ...cellCauses(from.cells, to.cells, normalise),
    ...valueCauses('param', from.params, to.params),
    ...dataCauses(from.data, to.data),
    ...(from.packages && to.packages ? valueCauses('package', from.packages, to.packages) : [])
  ];
  const unknown = [from, to].flatMap(({ name, data, packages }) => [
    ...(data ? [] : [`Which data ${name} used is not known`]),
    ...(packages ? [] : [`Which packages ${name} used is not known`])
  ]);
  return { causes, unknown };
}

const CONTEXT = 2;

function cellCauses(
  from: Side['cells'],
  to: Side['cells'],
  normalise: (source: string) => string
): Cause[] {
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((what): Cause[] => {
    const [before, after] = [from.get(what), to.get(what)];
    if (before !== undefined && after !== undefined) {
      // Comments and formatting explain nothing.
      if (normalise(before) === normalise(after)) return [];
      return [{ kind: 'cell', what, lines: diffLines(before, after, CONTEXT) }];
    }
    const sign = after === undefined ? '-' : '+';
    const lines = (after ?? before ?? '').split('\n').map(line => sign + line);
    return [
      {
        kind: 'cell',
        what,
        ...(before === undefined ? { to: 'new' } : { from: 'there before' }),
        lines
      }
    ];
  });
}

function valueCauses(
  kind: 'param' | 'package',
  from: Map<string, string>,
  to: Map<string, string>
): Cause[] {
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((what): Cause[] => {
    const [before, after] = [from.get(what), to.get(what)];
    if (before === after) return [];
    return [
      {
        kind,
        what,
        ...(before === undefined ? {} : { from: before }),
        ...(after === undefined ? {} : { to: after })
      }
    ];
  });
}

function dataCauses(from: Side['data'], to: Side['data']): Cause[] {
  if (!from || !to) return [];
  const words = (data: { contentId: string; rows?: number; schema?: ValueSchema } | undefined) =>
    data &&
    [
      data.rows === undefined ? '' : `${data.rows.toLocaleString('en')} rows`,
      data.schema?.columns ? `${data.schema.columns.length} columns` : '',
      `content ${data.contentId.slice(0, 12)}`
    ]
      .filter(Boolean)
      .join(', ');
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((what): Cause[] => {
    const [before, after] = [from.get(what), to.get(what)];
    if (before?.contentId === after?.contentId) return [];
    const [was, is] = [words(before), words(after)];
    return [{ kind: 'data', what, ...(was ? { from: was } : {}), ...(is ? { to: is } : {}) }];
  });
}
