// Differences between versions in words.
import type { VersionDiff } from '../../contract/pipelines.ts';
import type { explainChange } from '../../contract/pipelines.ts';
import type { ResponseOf } from '../../contract/operation.ts';
import { print } from '../output.ts';

export function printDiff({ semantic, steps, parameters, data, environment }: VersionDiff): void {
  if (semantic) print(`${semantic.from.version} → ${semantic.to.version}: ${semantic.to.reason}`);
  for (const { step, change, lines, inputs, outputs } of steps) {
    if (change === 'same') continue;
    print(`${step}: ${change}`);
    printNames('in', inputs);
    printNames('out', outputs);
    for (const line of lines) print(`  ${line}`);
  }
  for (const { name, from, to } of [...parameters, ...data, ...environment])
    print(`${name}: ${from ?? '–'} → ${to ?? '–'}`);
}

function printNames(
  what: string,
  { added, removed }: { added: string[]; removed: string[] }
): void {
  const names = [...added.map(name => `+${name}`), ...removed.map(name => `-${name}`)];
  if (names.length > 0) print(`  ${what}: ${names.join(', ')}`);
}

export function printCauses({ from, to, causes, unknown }: ResponseOf<typeof explainChange>): void {
  print(
    causes.length === 0
      ? `No difference between ${from} and ${to} is known`
      : `From ${from} to ${to}:`
  );
  for (const cause of causes) {
    const change = (cause.from ?? cause.to) ? ` ${cause.from ?? '–'} → ${cause.to ?? '–'}` : '';
    print(`${cause.kind} ${cause.what}:${cause.lines ? '' : change}`);
    for (const line of cause.lines ?? []) print(`  ${line}`);
  }
  for (const sentence of unknown) print(`(${sentence})`);
}
