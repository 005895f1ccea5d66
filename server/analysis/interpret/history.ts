// IPython's memory of what cells displayed.
import { depend, type Machine } from './machine.ts';
import { reachable, type Values } from './objects.ts';

/** `_`, `Out[3]`, `_3`: what earlier cells displayed. */
export function historyOf(m: Machine, name: string): Values | undefined {
  if (m.dialect.language !== 'python' || m.scope.kind !== 'global') return undefined;
  if (name === 'Out') return [m.make('history')];
  const numbered = /^_(\d+)$/.exec(name);
  if (numbered) return readHistory(m, Number(numbered[1]));
  const back = { _: 1, __: 2, ___: 3 }[name];
  if (!back) return undefined;
  const shown = m.cells
    .map((cell, at) => ({ cell, at }))
    .filter(each => each.cell?.displays && each.at < m.cell);
  const from = shown.at(-back);
  return from ? readHistoryOf(m, from.at) : undefined;
}

export function readHistory(m: Machine, count: number): Values {
  const at = m.cells.map((cell, index) => (cell ? index : -1)).filter(index => index >= 0)[
    count - 1
  ];
  return at === undefined ? [] : readHistoryOf(m, at);
}

function readHistoryOf(m: Machine, from: number): Values {
  const line = m.line;
  if (from < m.cell)
    m.facts.push({
      from,
      to: m.cell,
      kind: 'value',
      name: '_',
      may: false,
      fromLine: 1,
      toLine: line,
      sort: 'value'
    });
  const shown = m.cells[from]?.shown ?? [];
  for (const object of reachable(shown))
    if (object.writers.size) depend(m, object.writers, 'value', '_');
  return shown.length ? shown : [m.make('unknown')];
}
