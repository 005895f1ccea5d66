// A notebook as a pipeline: its cells grouped into steps, and the edges between cells contracted to edges between steps.
import type { AnalysisService } from '../analysis/service.ts';
import type { Edge, Finding, NotebookAnalysis } from '../contract/analysis.ts';
import { cellSource, type Notebook } from '../contract/notebook.ts';
import type { Pipeline, Step } from '../contract/pipelines.ts';
import { buildPrelude } from './prelude.ts';
import { findForeignCells, perhapsFrom } from './foreign-cells.ts';
import { readMarks } from './readers/marks.ts';
import { groupCells, type StepCells } from './step-cells.ts';
import { joinSteps } from './together.ts';

export interface Built {
  pipeline: Pipeline;
  analysis: NotebookAnalysis;
  /** The notebook as it was read: with steps of ours where it had those of another tool. */
  notebook: Notebook;
  suggestions: Record<string, string>;
}

/** What is known of a notebook beyond its source. */
export interface Known {
  analysis: NotebookAnalysis;
  /** Cells that have to share a process. */
  together: number[][];
}

export function buildPipeline(
  written: Notebook,
  name: string,
  analysisService: AnalysisService,
  know?: (notebook: Notebook) => Known | undefined
): Built {
  const notebook = readMarks(written, analysisService);
  const known = know?.(notebook);
  const analysis = known?.analysis ?? analysisService.analyze(notebook);
  const grouped = groupCells(notebook, analysis, analysisService.suggestName);
  const grouping = {
    ...grouped,
    steps: joinSteps(grouped.steps, known?.together ?? [], analysis.edges)
  };
  const contracted = contract(grouping.steps, analysis);
  const steps = grouping.steps.map(({ name, cells, after }, at): Step => {
    const flow = contracted.flows[at]!;
    const source = cells.map(cell => cellSource(notebook.cells[cell]!)).join('\n\n');
    return {
      name,
      cells,
      source,
      inputs: [...flow.sources.keys()].sort(),
      outputs: [...flow.outputs].sort(),
      params: [...flow.params].sort(),
      sources: Object.fromEntries([...flow.sources].sort()),
      needs: grouping.steps.filter((_, from) => flow.needs.has(from)).map(step => step.name),
      ...(after.length > 0 ? { after } : {})
    };
  });
  const kernelspec = notebook.metadata['kernelspec'] as { name?: unknown } | undefined;
  const foreign = findForeignCells(notebook, grouping.steps);
  const pipeline: Pipeline = {
    name,
    language: analysis.language,
    ...(typeof kernelspec?.name === 'string' ? { kernel: kernelspec.name } : {}),
    named: grouping.named,
    steps,
    prelude: buildPrelude(notebook, analysis, analysisService),
    parameters: analysis.parameters,
    edges: contracted.edges,
    findings: [
      ...analysis.findings
        .filter(finding => !staysInside(finding, grouping.steps, analysis))
        .map(perhapsFrom(foreign)),
      ...grouping.findings,
      ...contracted.findings,
      ...foreign
    ].sort((a, b) => a.cell - b.cell || a.line - b.line)
  };
  return { pipeline, analysis, notebook, suggestions: grouping.suggestions };
}

/** A value that cannot be handed on, and that nobody hands on: its cells share a step, or make it anew. */
function staysInside(
  { code, cell, name }: Finding,
  steps: StepCells[],
  { edges }: NotebookAnalysis
): boolean {
  const stepOf = (index: number) => steps.find(({ cells }) => cells.includes(index));
  const crosses = (edge: Edge) =>
    edge.from === cell && edge.names.includes(name!) && stepOf(edge.to) !== stepOf(cell);
  return code === 'unstorable-value' && name !== undefined && !edges.some(crosses);
}

interface Flow {
  sources: Map<string, string>;
  outputs: Set<string>;
  params: Set<string>;
  /** Positions of steps. */
  needs: Set<number>;
}

interface Contracted {
  flows: Flow[];
  edges: Pipeline['edges'];
  findings: Finding[];
}

function contract(steps: StepCells[], analysis: NotebookAnalysis): Contracted {
  const flows: Flow[] = steps.map(() => ({
    sources: new Map(),
    outputs: new Set(),
    params: new Set(),
    needs: new Set()
  }));
  const stepOf = new Map(steps.flatMap((step, at) => step.cells.map(cell => [cell, at] as const)));
  const roleOf = new Map(analysis.cells.map(cell => [cell.index, cell.role]));
  const edges = new Map<string, Pipeline['edges'][number]>();
  const findings: Finding[] = [];

  // In notebook order of the writers: the last one before the reader is the one that hands a name on.
  for (const edge of [...analysis.edges].sort((a, b) => a.from - b.from)) {
    const to = stepOf.get(edge.to);
    const from = stepOf.get(edge.from);
    if (to === undefined || from === to) continue;
    if (from === undefined) {
      const role = roleOf.get(edge.from);
      if (role === 'parameters') edge.names.forEach(name => flows[to]!.params.add(name));
      else if (role === 'code') findings.push(outside(edge, steps[to]!.name));
      continue;
    }
    flows[to]!.needs.add(from);
    if (edge.kind === 'value') {
      for (const name of edge.names) {
        const earlier = flows[to]!.sources.get(name);
        // Both may have written it (a branch not taken leaves the old value): the later one passes it through.
        if (earlier !== undefined && earlier !== steps[from]!.name) {
          const source = steps.findIndex(step => step.name === earlier);
          takeIn(flows, from, name, source, earlier);
        }
        takeIn(flows, to, name, from, steps[from]!.name);
      }
    }
    const key = `${from} ${to} ${edge.kind}`;
    const known = edges.get(key);
    const names = [...new Set([...(known?.names ?? []), ...edge.names])].sort();
    const certainty = known?.certainty === 'must' ? 'must' : edge.certainty;
    const first = known ?? edge;
    edges.set(key, {
      ...first,
      from: steps[from]!.name,
      to: steps[to]!.name,
      names,
      certainty
    });
  }
  handOnThrough(steps, analysis, flows);
  keepAskedOrder(steps, flows, edges);
  keepFinalValues(steps, analysis, flows);
  return { flows, edges: [...edges.values()], findings };
}

function takeIn(flows: Flow[], to: number, name: string, from: number, source: string): void {
  flows[to]!.sources.set(name, source);
  flows[to]!.needs.add(from);
  flows[from]!.outputs.add(name);
}

/** What a step hands on without binding it (an alias that its cells change) has to come in first. */
function handOnThrough(steps: StepCells[], analysis: NotebookAnalysis, flows: Flow[]): void {
  const bound = boundNames(steps, analysis);
  flows.forEach((flow, at) => {
    for (const name of flow.outputs) {
      if (bound[at]!.has(name) || flow.sources.has(name)) continue;
      const source = bound.findLastIndex((names, earlier) => earlier < at && names.has(name));
      if (source < 0) continue;
      takeIn(flows, at, name, source, steps[source]!.name);
    }
  });
}

/** Order that the code does not show, but its author asked for. */
function keepAskedOrder(
  steps: StepCells[],
  flows: Flow[],
  edges: Map<string, Pipeline['edges'][number]>
): void {
  steps.forEach(({ name, after }, to) => {
    for (const earlier of after) {
      const from = steps.findIndex(step => step.name === earlier);
      if (flows[to]!.needs.has(from)) continue;
      flows[to]!.needs.add(from);
      edges.set(`${from} ${to} order`, {
        from: earlier,
        to: name,
        kind: 'order',
        names: [],
        certainty: 'must'
      });
    }
  });
}

/** The last value of each name is a result of the pipeline, whether a step takes it or not. */
function keepFinalValues(steps: StepCells[], analysis: NotebookAnalysis, flows: Flow[]): void {
  const seen = new Set<string>();
  const bound = boundNames(steps, analysis);
  const deletes = new Map(analysis.cells.map(cell => [cell.index, cell.deletes]));
  for (let at = steps.length - 1; at >= 0; at--) {
    for (const name of bound[at]!) {
      if (!seen.has(name) && !name.startsWith('_')) flows[at]!.outputs.add(name);
      seen.add(name);
    }
    const deleted = steps[at]!.cells.flatMap(cell => deletes.get(cell) ?? []);
    for (const name of deleted) seen.add(name);
  }
}

function boundNames(steps: StepCells[], analysis: NotebookAnalysis): Set<string>[] {
  const byIndex = new Map(analysis.cells.map(cell => [cell.index, cell]));
  return steps.map(({ cells }) => {
    const names = new Set<string>();
    for (const cell of cells) {
      byIndex.get(cell)?.outputs.forEach(name => names.add(name));
      byIndex.get(cell)?.deletes.forEach(name => names.delete(name));
    }
    return names;
  });
}

function outside(edge: NotebookAnalysis['edges'][number], step: string): Finding {
  const isValue = edge.kind === 'value' && edge.certainty === 'must';
  const what = edge.names.length > 0 ? edge.names.join(', ') : 'what this cell does';
  return {
    code: 'outside-steps',
    severity: isValue ? 'error' : 'warning',
    cell: edge.from,
    line: edge.reason?.fromLine ?? 1,
    ...(edge.names[0] === undefined ? {} : { name: edge.names[0] }),
    message: `The step "${step}" needs ${what}, but this cell belongs to no step`,
    remedy: 'Mark this cell as a step, or as part of the step that follows it'
  };
}
