// One Python cell, read: its tree, what it does, its outline, what is wrong with it.
import type { Parameter } from '../../contract/analysis.ts';
import { mentionsOf } from '../interpret/free-names.ts';
import type { ReadCell } from '../read-cell.ts';
import { toPlainPython } from './magics.ts';
import { lowerPython } from './lower.ts';
import { outlinePython } from './outline.ts';
import { child, named, type ParsePython, type Syntax } from './syntax.ts';
import { syntaxFaults } from './syntax-faults.ts';

export function readPythonCell(parse: ParsePython, source: string): ReadCell {
  const { source: plain, magics, isolated } = toPlainPython(source);
  const tree = parse(plain);
  const program = lowerPython(tree);
  return {
    program,
    isolated,
    mentions: mentionsOf(program),
    outline: outlinePython(tree),
    magics,
    faults: syntaxFaults(tree),
    parameters: named(tree.root).flatMap(node => parameterOf(node, plain))
  };
}

const TYPES: Record<string, Parameter['type']> = {
  integer: 'int',
  float: 'float',
  true: 'bool',
  false: 'bool',
  string: 'str',
  concatenated_string: 'str',
  none: 'none'
};

function parameterOf(node: Syntax, source: string): Omit<Parameter, 'cell'>[] {
  const assignment = node.type === 'expression_statement' ? node.children[0] : undefined;
  const left = assignment?.type === 'assignment' ? child(assignment, 'left') : undefined;
  const right = assignment && child(assignment, 'right');
  if (left?.type !== 'identifier' || !right) return [];
  const operand = right.type === 'unary_operator' ? (child(right, 'argument') ?? right) : right;
  return [
    {
      name: source.slice(left.start, left.end).normalize('NFKC'),
      type: TYPES[operand.type] ?? 'other',
      source: source.slice(right.start, right.end)
    }
  ];
}
