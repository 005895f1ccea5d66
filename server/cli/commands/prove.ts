import { type Command, InvalidArgumentError } from 'commander';
import { ProblemError } from '../../contract/problem.ts';
import { cancelProof, type Difference, getProof, type Proof, prove } from '../../contract/proof.ts';
import type { Connection } from '../connect.ts';
import { readNotebook } from '../notebook-file.ts';
import { formatSeconds, print, printJson } from '../output.ts';
import { withConnection } from '../session.ts';

interface ProveOptions {
  limit: number;
  kernel?: string;
  json?: boolean;
}

export function proveCommand(program: Command): void {
  program
    .command('prove')
    .description(
      'run the notebook and its pipeline in a copy of the folder, compare all that they give, and repair the pipeline until it is equal'
    )
    .argument('<notebook>')
    .option('--limit <seconds>', 'how long one cell may take', readSeconds, 120)
    .option('--kernel <name>', 'the kernel to run it in, instead of the one that it asks for')
    .option('--json', 'one line of JSON')
    .action(async (name: string, options: ProveOptions, command: Command) => {
      const ref = readNotebook(name);
      if (options.kernel !== undefined)
        ref.notebook.metadata['kernelspec'] = {
          name: options.kernel,
          display_name: options.kernel
        };
      await withConnection(command, async connection => {
        const begun = await connection.call(prove, { ...ref, limit: options.limit });
        const stop = () => void connection.call(cancelProof, { proofId: begun.proofId });
        process.once('SIGINT', stop).once('SIGTERM', stop);
        const proof = await follow(connection, begun, options.json ?? false);
        process.off('SIGINT', stop).off('SIGTERM', stop);
        if (proof.problem) throw new ProblemError(proof.problem);
        if (options.json) printJson(asJson(name, proof));
        else printProof(proof);
        if (!proof.equal) process.exitCode = 1;
      });
    });
}

function readSeconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a number of seconds above 0.');
}

async function follow({ call }: Connection, begun: Proof, json: boolean): Promise<Proof> {
  let phase = '';
  for (let pause = 50; ; pause = Math.min(pause * 1.5, 500)) {
    const proof = await call(getProof, { proofId: begun.proofId });
    if (proof.state !== 'running') return proof;
    if (proof.phase !== phase && !json) process.stderr.write(`${proof.phase}\n`);
    phase = proof.phase;
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

function asJson(notebook: string, proof: Proof) {
  const { equal, cells, volatile, repairs, steps, parallelism, ...rest } = proof;
  const {
    equalCells,
    closeCells,
    notCompared,
    values,
    differences,
    raises,
    stopped,
    notes,
    state
  } = rest;
  return {
    notebook,
    equal,
    cells,
    volatile,
    repairs,
    steps,
    parallelism,
    equalCells,
    closeCells,
    notCompared,
    values,
    differences: differences.map(({ figures: _, ...difference }) => difference),
    raises,
    ...(stopped ? { stopped } : {}),
    ...(state === 'cancelled' ? { cancelled: true } : {}),
    notes
  };
}

const cellNumbers = (cells: number[]) => cells.map(cell => cell + 1).join(', ');

function printProof(proof: Proof): void {
  const { equal, cells, volatile, repairs, steps, parallelism, values, stopped, state } = proof;
  const took = formatSeconds((proof.endTime ?? proof.startTime) - proof.startTime);
  if (stopped) {
    print(`Not proved: the notebook itself stops at cell ${stopped.cell + 1}. ${stopped.reason}`);
    return;
  }
  if (state === 'cancelled') {
    print('Cancelled');
    return;
  }
  print(
    equal
      ? `Equal: the pipeline gives what the notebook gives (${took})`
      : `Not equal: ${proof.equalCells + proof.closeCells} of ${cells - volatile.length} cells are (${took})`
  );
  const crossing = values.equal + values.close + values.different;
  print(
    `  ${cells} cells, ${steps} steps, ${crossing} values that cross; parallelism ${parallelism} (0: one after another, 1: all at once)`
  );
  if (proof.closeCells + values.close > 0)
    print(`  ${proof.closeCells} cells and ${values.close} values differ by less than 1e-9`);
  if (volatile.length > 0)
    print(`  Different in each run of the notebook itself: cells ${cellNumbers(volatile)}`);
  for (const [reason, left] of byReason(proof))
    print(`  Standard error of cells ${cellNumbers(left)} was not compared: ${reason}`);
  if (proof.raises.length > 0)
    print(`  Raise in the notebook too: cells ${cellNumbers(proof.raises)}`);
  for (const { kind, cells: between, reason } of repairs)
    print(`  Repaired (${kind}, cells ${cellNumbers(between)}): ${reason}`);
  for (const difference of proof.differences) printDifference(difference);
  for (const note of proof.notes) print(`  ${note}`);
}

function byReason({ notCompared }: Proof): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { reason, cell } of notCompared)
    found.set(reason, [...(found.get(reason) ?? []), cell]);
  return found;
}

function printDifference({ cell, what, name, place, notebook, pipeline }: Difference): void {
  const where = [name, place].filter(Boolean).join(', ');
  print(
    `  Cell ${cell + 1}: ${what === 'stderr' ? 'standard error' : what}${where ? ` (${where})` : ''} differs`
  );
  print(`    notebook: ${notebook.trimEnd() || '(nothing)'}`);
  print(`    pipeline: ${pipeline.trimEnd() || '(nothing)'}`);
}
