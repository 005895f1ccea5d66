// The command line's words for the next thing to do, as the command of the palette that does the same.
import { COMMANDS } from '../tokens.ts';

interface PaletteCommand {
  id: string;
  args: Record<string, string>;
}

/** Undefined for what only a terminal or a cell can do. */
export function commandFor(line: string): PaletteCommand | undefined {
  const [program, verb, first = '', second = ''] = line.split(/\s+/);
  if (program !== 'stepladder') return undefined;
  switch (verb) {
    case 'register':
      return { id: COMMANDS.register, args: { runId: second } };
    case 'promote':
      return { id: COMMANDS.promote, args: { model: first, version: second } };
    case 'deploy':
      return { id: COMMANDS.deploy, args: { model: first.split('@')[0]! } };
    case 'run':
      return { id: COMMANDS.runPipeline, args: {} };
    case 'capture':
      return { id: COMMANDS.capture, args: {} };
    case 'export':
      return { id: COMMANDS.exportAirflow, args: {} };
    default:
      return undefined;
  }
}
