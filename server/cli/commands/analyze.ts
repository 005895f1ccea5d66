import { dirname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { NotebookAnalysis } from '../../contract/analysis.ts';
import { ProblemError } from '../../contract/problem.ts';
import { createEnvironments } from '../../environment/kernelspec.ts';
import { readNotebook } from '../notebook-file.ts';
import { print, printJson, reportProblem } from '../output.ts';
import { configOf } from '../session.ts';

export function analyzeCommand(program: Command): void {
  program
    .command('analyze')
    .description('say which names each cell takes in and hands on, and which cell needs which')
    .argument('<notebook...>')
    .option(
      '--evidence',
      'run the notebook in a fresh kernel, in a copy of its folder, and use what was seen'
    )
    .option('--limit <seconds>', 'how long a notebook may run for --evidence', seconds, 600)
    .option('--json', 'one line of JSON a notebook')
    .action(
      async (
        notebooks: string[],
        options: { evidence?: boolean; limit: number; json?: boolean },
        command: Command
      ) => {
        const { analyzeWithEvidence, createAnalysisService } =
          await import('../../analysis/service.ts');
        const analysis = await createAnalysisService();
        const config = configOf(command);
        const environments = createEnvironments(config);
        for (const name of notebooks) {
          try {
            const { path, notebook } = readNotebook(name);
            const found = options.evidence
              ? await analyzeWithEvidence(analysis, notebook, {
                  environment: environments.forNotebook(notebook),
                  folder: dirname(path),
                  bridge: config.bridge,
                  limit: options.limit
                })
              : analysis.analyze(notebook);
            if (options.json) printJson(asJson(name, found));
            else printAnalysis(name, found);
          } catch (error) {
            if (!(error instanceof ProblemError)) throw error;
            if (options.json) printJson({ notebook: name, error: error.problem });
            process.exitCode = reportProblem(error.problem);
          }
        }
      }
    );
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a number of seconds above 0.');
}

/** Edges through imports and definitions are dependences too, though no step of a pipeline waits for them. */
function asJson(
  notebook: string,
  { cells, edges, replicatedEdges = [], findings, ambiguities = [] }: NotebookAnalysis
) {
  return {
    notebook,
    cells: cells.map(({ index, inputs, outputs }) => ({ index, inputs, outputs })),
    edges: [...edges, ...replicatedEdges].map(({ from, to, kind, names, certainty }) => ({
      from,
      to,
      kind,
      names,
      certainty
    })),
    findings,
    ambiguities
  };
}

function printAnalysis(name: string, { cells, edges, findings }: NotebookAnalysis): void {
  print(name);
  for (const { index, role, inputs, outputs } of cells) {
    if (role === 'markdown' || role === 'empty') continue;
    const needs = edges
      .filter(edge => edge.to === index)
      .map(edge => `${edge.from + 1}${edge.certainty === 'may' ? '?' : ''}`);
    const after = needs.length > 0 ? `  after ${[...new Set(needs)].join(', ')}` : '';
    print(
      `  cell ${index + 1}  ${role}  in ${inputs.join(', ') || '–'} → out ${outputs.join(', ') || '–'}${after}`
    );
  }
  for (const { cell, line, message, remedy } of findings)
    print(`  cell ${cell + 1}, line ${line}: ${message.replace(/\.$/, '')}. ${remedy}`);
}
