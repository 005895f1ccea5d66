// How the cells of an open notebook stand, and what has to run before one of them: the rules, asked of what is known.
import type { AnalysisService } from '../analysis/service.ts';
import type { CellInput, CellStanding } from '../contract/cells.ts';
import type * as operations from '../contract/cells.ts';
import type { NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook, notebookIntent } from '../contract/notebook.ts';
import { problem } from '../contract/problem.ts';
import type { CellExecution } from '../contract/tracking.ts';
import type { Handler } from '../http/route.ts';
import type { TrackingService } from '../tracking/service.ts';
import type { Built } from './build.ts';
import { type Execution, linksOf, replay } from './cell-history.ts';
import { planFor } from './cell-plan.ts';
import { standingsOf, type StoodCell, worstOf } from './cell-standing.ts';
import type { History } from './history.ts';
import * as snapshot from './snapshot.ts';

export interface CellsParts {
  analysis: AnalysisService;
  tracking: Pick<TrackingService, 'listSessionCells'>;
  history: History;
  build(notebook: Notebook, path: string): Built;
}

export interface Cells {
  readCells: Handler<typeof operations.readCells>;
  planCell: Handler<typeof operations.planCell>;
}

type Asked = Parameters<Cells['readCells']>[0];
type Language = NotebookAnalysis['language'];
type Executed = Omit<CellExecution, 'metrics'>;

/** Of the versions that are asked for again and again while a notebook is edited. */
const REMEMBERED = 20;
const MOST_SOURCES = 2000;

export function createCells({ analysis, tracking, history, build }: CellsParts): Cells {
  const remembered = new Map<string, Map<string, string | undefined>>();

  const given = new Map<string, readonly string[]>();

  /** What code that is no longer in the notebook left behind. */
  function outputsOf(source: string, notebook: Notebook, language: Language): readonly string[] {
    const known = given.get(source);
    if (known) return known;
    const outputs = outputsAlone(source, notebook, language, analysis);
    if (given.size >= MOST_SOURCES) given.clear();
    given.set(source, outputs);
    return outputs;
  }

  /** Normalised code of a version's cells -> the cell's id there. */
  async function capturedCells({ path, notebook }: Asked, language: Language) {
    const line = await history.line({ path, ...notebookIntent(notebook) }).catch(() => undefined);
    if (!line) return undefined;
    const { commit_id: commit } = line.last;
    let cells = remembered.get(commit);
    if (!cells) {
      const text = await line.repository.read(commit, snapshot.NOTEBOOK_FILE);
      const captured = snapshot.readNotebookFile(text);
      cells = new Map(
        captured.cells
          .filter(cell => cell.cell_type === 'code')
          .map(cell => [analysis.normalise(cellSource(cell), language), cell.id])
      );
      remembered.set(commit, cells);
      if (remembered.size > REMEMBERED) remembered.delete([...remembered.keys()][0]!);
    }
    return { cells, version: (await history.summarise(line, line.last)).version };
  }

  async function stand(asked: Asked) {
    const built = build(asked.notebook, asked.path);
    const { notebook, analysis: found } = built;
    const links = linksOf(found);
    const ran = asked.session === undefined ? [] : await tracking.listSessionCells(asked.session);
    const codeOf = readingOnce(source => analysis.normalise(source, found.language));
    const kernel = replay(
      links,
      executionsOf(notebook, ran, codeOf, source => outputsOf(source, notebook, found.language))
    );
    const captured = await capturedCells(asked, found.language);
    const ids = new Set(captured?.cells.values());
    const cells = found.cells
      .filter(({ role }) => role !== 'markdown' && role !== 'empty')
      .map(({ index }): StoodCell => {
        const cell = notebook.cells[index]!;
        const isSame = captured?.cells.has(codeOf(cellSource(cell)));
        const isKnown = captured && (cell.id === undefined || ids.has(cell.id));
        return { index, stored: isSame ? 'captured' : isKnown ? 'edited' : 'new' };
      });
    const standings = standingsOf(cells, links, kernel, captured?.version);
    return { built, links, kernel, standings };
  }

  return {
    async readCells(asked) {
      const { built, standings } = await stand(asked);
      const { analysis: found, pipeline } = built;
      const inputs = inputsOf(found);
      const cells = found.cells.flatMap(({ index, outputs }): CellStanding[] => {
        const standing = standings.get(index);
        if (!standing) return [];
        const isMissing = (finding: (typeof found.findings)[number]) =>
          finding.cell === index && finding.code === 'undefined-name';
        return [
          {
            index,
            ...standing,
            inputs: inputs.get(index) ?? [],
            outputs,
            missing: found.findings.filter(isMissing),
            ambiguities: (found.ambiguities ?? []).filter(({ cell }) => cell === index)
          }
        ];
      });
      const steps = pipeline.steps.map(({ name, cells }) => {
        const { state, reason } = worstOf(cells.flatMap(cell => standings.get(cell) ?? []));
        return [name, { state, ...(reason === undefined ? {} : { reason }) }] as const;
      });
      return { cells, steps: Object.fromEntries(steps) };
    },
    async planCell({ cell, ...asked }) {
      const { links, kernel, standings } = await stand(asked);
      if (!standings.has(cell)) throw noCode(cell, asked.notebook);
      const plan = planFor(cell, links, kernel, standings);
      return { cells: [...plan].map(([index, reason]) => ({ index, reason })) };
    }
  };
}

const noCode = (cell: number, { cells }: Notebook) =>
  problem(
    'invalid_request',
    cell < cells.length
      ? `Cell ${cell + 1} has no code to run`
      : `There is no cell ${cell + 1}: the notebook has ${cells.length}`,
    { cell, remedy: 'Ask for a code cell' }
  );

/** What ran, told by the cells that are there now. A front end that names no cells is understood by what it ran. */
function executionsOf(
  notebook: Notebook,
  ran: readonly Executed[],
  codeOf: (source: string) => string,
  outputsOf: (source: string) => readonly string[]
): Execution[] {
  const codes = notebook.cells.map(cell =>
    cell.cell_type === 'code' ? codeOf(cellSource(cell)) : undefined
  );
  const byId = new Map(notebook.cells.map((cell, at) => [cell.id, at]));
  return ran.map(({ cellId, source, state, error, changes }) => {
    const code = codeOf(source);
    const at = cellId === undefined ? codes.indexOf(code) : (byId.get(cellId) ?? -1);
    const asIs = at >= 0 && codes[at] === code;
    return {
      cell: at < 0 ? undefined : at,
      asIs,
      state,
      error,
      gives: asIs ? [] : outputsOf(source),
      changes
    };
  });
}

/** Of code by itself: names that it does not bind are bound to something before it, for it may change them. */
function outputsAlone(
  source: string,
  { metadata, nbformat, nbformat_minor }: Notebook,
  language: Language,
  analysis: AnalysisService
): readonly string[] {
  const analyze = (...sources: string[]) =>
    analysis.analyze({
      cells: sources.map(source => ({ cell_type: 'code', source, metadata: {} })),
      metadata,
      nbformat,
      nbformat_minor
    });
  const alone = analyze(source);
  const open = alone.findings.flatMap(({ code, name }) =>
    code === 'undefined-name' && name ? [name] : []
  );
  if (open.length === 0) return alone.cells[0]?.outputs ?? [];
  const bind = language === 'typescript' ? 'let ' : '';
  return (
    analyze(open.map(name => `${bind}${name} = []`).join('\n'), source).cells[1]?.outputs ?? []
  );
}

function readingOnce(read: (source: string) => string): (source: string) => string {
  const known = new Map<string, string>();
  return source => {
    let answer = known.get(source);
    if (answer === undefined) known.set(source, (answer = read(source)));
    return answer;
  };
}

/** By cell: each name with the two lines of each cell that gives it. */
function inputsOf({ edges, replicatedEdges = [] }: NotebookAnalysis): Map<number, CellInput[]> {
  const inputs = new Map<number, CellInput[]>();
  const isReplicated = new Set(replicatedEdges);
  for (const edge of [...edges, ...replicatedEdges]) {
    const { from, to, kind, names, certainty, reason } = edge;
    const replicated = isReplicated.has(edge);
    const list = inputs.get(to) ?? [];
    inputs.set(to, list);
    for (const name of names) {
      // An edge of several names gives the reason of one of them; it is no reason for the others.
      const isTold = reason && (names.length === 1 || reason.text.includes(` ${name} at line `));
      list.push({ name, kind, certainty, replicated, from, ...(isTold ? reason : {}) });
    }
  }
  for (const list of inputs.values())
    list.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.from - b.from));
  return inputs;
}
