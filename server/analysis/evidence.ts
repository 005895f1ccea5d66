// `analyze --evidence`: the static answer, checked and completed by one run of the notebook in a copy of its folder.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding, NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { KernelEnvironment } from '../environment/kernelspec.ts';
import { combine } from './evidence-combine.ts';
import { copyFolder, type FolderCopy, LARGEST_COPY } from './evidence-folder.ts';
import { type EvidenceRun, gatherEvidence } from './evidence-run.ts';
import type { AnalysisService } from './service.ts';

export interface EvidenceOptions {
  environment: KernelEnvironment;
  /** The notebook's folder: it is read, never written to. */
  folder: string;
  /** Folder of Stepladder's own Python. */
  bridge: string;
  /** Seconds that the whole notebook may take. */
  limit?: number;
  /** Bytes of the folder that are copied. */
  largest?: number;
  /** A copy that is there already: the cells run in it, and go on after one that fails. */
  copy?: string;
}

const TEN_MINUTES = 600;

export async function analyzeWithEvidence(
  analysis: AnalysisService,
  notebook: Notebook,
  options: EvidenceOptions
): Promise<NotebookAnalysis> {
  const found = analysis.analyze(notebook);
  const code = notebook.cells.flatMap((cell, index) =>
    cell.cell_type === 'code' ? [{ cell: index, source: cellSource(cell) }] : []
  );
  const first = code[0];
  if (!first) return found;
  if (found.language !== 'python') return withFindings(found, [onlyForPython(first.cell)]);

  const { environment, folder, bridge, limit = TEN_MINUTES, largest = LARGEST_COPY } = options;
  const place = mkdtempSync(join(tmpdir(), 'stepladder-evidence-'));
  try {
    const own = join(place, 'own');
    const copy = options.copy ?? join(place, 'folder');
    for (const each of [own, copy]) mkdirSync(each, { recursive: true });
    const text = code.map(each => each.source).join('\n');
    const copied = options.copy ? { leftOut: [] } : copyFolder(folder, copy, text, largest);
    const run = await gatherEvidence({
      environment,
      bridge,
      folder: copy,
      own,
      guarded: folder,
      limit,
      goesOn: options.copy !== undefined,
      cells: code.map(({ cell, source }) => ({
        cell,
        source,
        plain: analysis.stripMagics(source)
      }))
    });
    const sources = new Map(code.map(({ cell, source }) => [cell, source]));
    return withFindings(combine(found, run.cells, sources), [
      ...leftOut(copied, first.cell),
      ...withoutEvidence(
        run,
        code.map(each => each.cell)
      )
    ]);
  } finally {
    rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

function withFindings(found: NotebookAnalysis, more: Finding[]): NotebookAnalysis {
  const findings = [...found.findings, ...more].sort((a, b) => a.cell - b.cell || a.line - b.line);
  return { ...found, findings };
}

function note(cell: number, line: number, message: string, remedy: string): Finding {
  return { code: 'no-evidence', severity: 'note', cell, line, message, remedy };
}

function onlyForPython(cell: number): Finding {
  return note(
    cell,
    1,
    'Evidence is gathered for Python notebooks only; this answer comes from the source alone',
    'Leave --evidence out for TypeScript notebooks'
  );
}

function leftOut({ leftOut }: FolderCopy, cell: number): Finding[] {
  const list = (why: 'link' | 'size') =>
    leftOut.filter(each => each.why === why).map(each => each.path);
  const shown = (paths: string[]) =>
    paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
  const [links, large] = [list('link'), list('size')];
  return [
    ...(links.length > 0
      ? [
          note(
            cell,
            1,
            `Links that lead out of the notebook's folder were not in the copy that ran: ${shown(links)}`,
            'Where a cell needs one, put the file itself into the folder'
          )
        ]
      : []),
    ...(large.length > 0
      ? [
          note(
            cell,
            1,
            `The folder is larger than what is copied for evidence, so these were left out: ${shown(large)}`,
            'Where a cell needs one, move the notebook with its files into a folder of its own'
          )
        ]
      : [])
  ];
}

/** Jupyter stops at a cell that fails, and so does this. */
function withoutEvidence({ cells, cutShort }: EvidenceRun, code: number[]): Finding[] {
  const missing = code.slice(cells.length);
  const rest =
    missing.length > 0
      ? `; there is no evidence for cell${missing.length > 1 ? 's' : ''} ${missing.map(cell => cell + 1).join(', ')}`
      : '';
  const last = cells.at(-1);
  if (last?.error) {
    const { name, value, line } = last.error;
    return [
      note(
        last.cell,
        line,
        `The cell failed when the notebook ran: ${name}: ${value}${rest}`,
        'Make the notebook run from top to bottom, then gather evidence again'
      )
    ];
  }
  const stopped = missing[0];
  if (cutShort === undefined || stopped === undefined) return [];
  return [
    note(
      stopped,
      1,
      `The run ended in this cell because ${cutShort}${rest}`,
      'Give it more time with --limit, or make the cell faster'
    )
  ];
}
