// For a proof: what each TypeScript cell shows, in the form that tslab's kernel would send it.
import type { CellOutputs, CodePart, StepProof } from './job.ts';
import { LAST_VALUE } from './typescript-names.ts';

export interface Shown {
  /** In place of tslab's own. */
  display: object;
  /** Runs the cells, each to its end or its error. */
  run(cells: CodePart[], runCell: (part: CodePart) => Promise<void>): Promise<StepProof['cells']>;
}

const KINDS: Record<string, string> = {
  javascript: 'text/javascript',
  html: 'text/html',
  markdown: 'text/markdown',
  latex: 'text/latex',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  pdf: 'application/pdf',
  text: 'text/plain'
};

export function keepWhatIsShown(): Shown {
  const values = globalThis as unknown as Record<string, unknown>;
  let outputs = nothing();
  const show = (kind: string, data: unknown) =>
    outputs.displays.push({ result: false, data: { [kind]: asText(data) } });
  const display = {
    raw: show,
    ...Object.fromEntries(
      Object.entries(KINDS).map(([name, kind]) => [name, (data: unknown) => show(kind, data)])
    )
  };
  process.stdout.write = (chunk: string | Uint8Array) => {
    outputs.stdout += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  return {
    display,
    async run(cells, runCell) {
      const shown: StepProof['cells'] = [];
      for (const part of cells) {
        outputs = nothing();
        try {
          await runCell(part);
          const last = values[LAST_VALUE];
          // eslint-disable-next-line no-console -- which is where tslab shows it, in the console's own form.
          if (last !== undefined && last !== null) console.log(last);
        } catch {
          // tslab names no error in its answer: that there is one is all that can be compared.
          outputs.error = { name: 'Error', value: '' };
        }
        delete values[LAST_VALUE];
        if (!part.between) shown.push({ cell: part.cell, outputs });
      }
      return shown;
    }
  };
}

const nothing = (): CellOutputs => ({ stdout: '', displays: [] });

const asText = (data: unknown) =>
  data instanceof Uint8Array ? Buffer.from(data).toString('base64') : String(data);
