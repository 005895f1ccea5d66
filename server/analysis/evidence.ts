// `analyze --evidence`: the static answer, checked and completed by one run of the notebook in a copy of its folder.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Edge, Finding, NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { KernelEnvironment } from '../environment/kernelspec.ts';
import { findUnseen } from './evidence-again.ts';
import { isRuledOut } from './evidence-chosen.ts';
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
  /** Ends it, with everything that the cells started; what was seen until then is the answer. */
  cancelled?: AbortSignal;
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

  const {
    environment,
    folder,
    bridge,
    limit = TEN_MINUTES,
    largest = LARGEST_COPY,
    cancelled
  } = options;
  const place = mkdtempSync(join(tmpdir(), 'stepladder-evidence-'));
  try {
    const own = join(place, 'own');
    const copy = options.copy ?? join(place, 'folder');
    for (const each of [own, copy]) mkdirSync(each, { recursive: true });
    const text = code.map(each => each.source).join('\n');
    const copied = options.copy ? { leftOut: [] } : copyFolder(folder, copy, text, largest);
    const session = await gatherEvidence({
      environment,
      bridge,
      folder: copy,
      own,
      guarded: folder,
      limit,
      cancelled,
      cells: code.map(({ cell, source }) => ({
        cell,
        source,
        plain: analysis.stripMagics(source)
      }))
    });
    try {
      const { run } = session;
      const indexes = code.map(each => each.cell);
      const combined = combine(
        found,
        run.cells,
        new Map(code.map(each => [each.cell, each.source]))
      );
      const unseen = await findUnseen(combined, {
        session,
        code: indexes,
        pristine: once(() => pristineCopy(place, folder, text, largest)),
        budget: budgetFor(run)
      });
      const added = unseen.filter(({ from, to }) => !isRuledOut({ from, to }, found.ambiguities));
      return withFindings({ ...combined, edges: inOrder([...combined.edges, ...added]) }, [
        ...leftOut(copied, first.cell),
        ...withoutEvidence(run, indexes)
      ]);
    } finally {
      session.close();
    }
  } finally {
    rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Looking again takes at most a share of what the notebook itself took, and a few seconds for a small one. */
function budgetFor({ cells }: EvidenceRun): number {
  return Math.max(5, 0.4 * cells.reduce((sum, { seconds }) => sum + seconds, 0));
}

function pristineCopy(place: string, folder: string, text: string, largest: number): string {
  const pristine = join(place, 'pristine');
  mkdirSync(pristine);
  copyFolder(folder, pristine, text, largest);
  return pristine;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const inOrder = (edges: Edge[]) => edges.sort((a, b) => a.to - b.to || a.from - b.from);

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

/** What a cell that failed, or ended the run, leaves unknown. */
function withoutEvidence({ cells, cutShort }: EvidenceRun, code: number[]): Finding[] {
  const failed = cells.flatMap(({ cell, error }) => (error ? [{ cell, ...error }] : []));
  const missing = code.slice(cells.length);
  const [stopped] = missing;
  return [
    ...failed
      .slice(0, MOST_FAILURES)
      .map(({ cell, line, name, value }) =>
        note(
          cell,
          line,
          `The cell failed when the notebook ran: ${name}: ${value}; what comes after the failing line is not in the evidence`,
          name === 'NobodyThere'
            ? 'Give the value in the cell, or in a cell tagged "parameters"'
            : 'Make the notebook run from top to bottom, then gather evidence again'
        )
      ),
    ...(cutShort === undefined || stopped === undefined
      ? []
      : [
          note(
            stopped,
            1,
            `The run ended in this cell because ${cutShort}; there is no evidence for ${cellsNamed(missing)}`,
            'Give it more time with --limit, or make the cell faster'
          )
        ])
  ];
}

const MOST_FAILURES = 5;

const cellsNamed = (cells: number[]) =>
  `cell${cells.length > 1 ? 's' : ''} ${cells.map(cell => cell + 1).join(', ')}`;
