import { type Command, InvalidArgumentError } from 'commander';
import { readNotebook, writeNotebook } from '../notebook-file.ts';
import { print } from '../output.ts';

export function chooseCommand(program: Command): void {
  program
    .command('choose')
    .description(
      'say which cell a name comes from, where the code leaves that open; kept in the notebook'
    )
    .argument('<notebook>')
    .argument('<name>', 'as "stepladder analyze" gives it')
    .argument('<writer>', 'number of the cell that writes it, or "any": whichever ran', writer)
    .option('--cell <number>', 'the reading cell, where several ask for the name', cellNumber)
    .action(
      async (path: string, name: string, from: number | undefined, options: { cell?: number }) => {
        const { chooseWriter, createAnalysisService } = await import('../../analysis/service.ts');
        const analysis = await createAnalysisService();
        const { path: full, notebook } = readNotebook(path);
        const chosen = chooseWriter(notebook, analysis.analyze(notebook), {
          name,
          writer: from,
          reader: options.cell
        });
        writeNotebook(full, chosen);
        print(
          `${path}: "${name}" ${from === undefined ? 'is what ran last' : `comes from cell ${from + 1}`}`
        );
      }
    );
}

const writer = (text: string) => (text === 'any' ? undefined : cellNumber(text));

/** People count cells from 1. */
function cellNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value - 1;
  throw new InvalidArgumentError('Give the number of a cell, as "stepladder analyze" counts them.');
}
