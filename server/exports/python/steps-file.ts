// The module of steps: what the notebook's author wrote, as functions that can be imported and tested.
import { docstring, indent, list, wrap } from './layout.ts';
import { mentionedNames } from './names.ts';
import type { PlannedParameter } from './parameters.ts';
import type { Plan, PlannedStep } from './plan.ts';
import { cellDetails, cellSummary } from './prose.ts';

export function stepsFile(plan: Plan): string {
  const header = docstring(
    [
      `The steps of ${plan.file}: plain functions, one a step.`,
      '',
      'Each takes the values and parameters that it needs, and gives back its results by name.'
    ],
    0
  );
  const future = plan.imports.filter(each => each.startsWith('from __future__'));
  const imports = plan.imports.filter(each => !future.includes(each));
  const shows = plan.steps.some(step => mentionedNames(step.body).has('display'));
  const isImported = imports.some(each => /\bdisplay\b/.test(each));
  const constants = [
    ...(shows && !isImported ? ['display = print  # Outside of a notebook.'] : []),
    ...plan.params.filter(each => each.isConstant).map(each => `${each.name} = ${each.source}`)
  ];
  const top = [
    header,
    ...future,
    'from typing import Any',
    imports.join('\n'),
    constants.join('\n')
  ];
  const blocks = [...plan.definitions, ...plan.steps.map(stepFunction)];
  return `${top.filter(Boolean).join('\n\n')}\n\n\n${blocks.join('\n\n\n')}\n`;
}

function stepFunction(step: PlannedStep): string {
  const params = step.params.map(argument);
  const args = [
    ...step.inputs.map(input => `${input.name}: Any`),
    ...(params.length ? ['*', ...params] : [])
  ];
  const results = step.returns.map(name => `"${name}": ${name}`);
  return [
    list(0, `def ${step.functionName}(`, args, ') -> dict[str, Any]:'),
    docstring(describe(step)),
    // Black leaves a line between a docstring and an inner definition.
    ...(/^(?:async def|def|class|@)/.test(step.body) ? [''] : []),
    ...(step.body ? [indent(step.body)] : []),
    list(4, 'return {', results, '}')
  ].join('\n');
}

function argument({ name, annotation, source, isConstant }: PlannedParameter): string {
  return `${name}: ${annotation} = ${isConstant ? name : source}`;
}

function describe({ name, markdown, cells }: PlannedStep): string[] {
  const summary = cellSummary(markdown) ?? sentence(name);
  const numbers = cells.map(index => index + 1);
  const place =
    cells.length === 1
      ? `Cell ${numbers[0]} of the notebook.`
      : `Cells ${numbers.join(', ')} of the notebook.`;
  const details = cellDetails(markdown).flatMap(paragraph => [...wrap(paragraph), '']);
  return [summary.replace(/[^.?!]$/, '$&.'), '', ...details, place];
}

function sentence(name: string): string {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
