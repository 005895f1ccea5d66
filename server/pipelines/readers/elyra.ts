// An Elyra pipeline as one notebook: each node's notebook or script becomes the cells of a step, in an order that the edges allow.
import { basename, extname } from 'node:path';
import type { AnalysisService } from '../../analysis/service.ts';
import type { ImportNote } from '../../contract/pipelines.ts';
import {
  cellSource,
  cellTags,
  INTENT_KEY,
  Notebook,
  type NotebookCell,
  STEP_NAME
} from '../../contract/notebook.ts';
import { problem } from '../../contract/problem.ts';
import { uniqueName } from '../suggest.ts';
import { type ElyraNode, objectAt, readElyraFile } from './elyra-file.ts';

export interface ElyraRead {
  notebook: Notebook;
  notes: ImportNote[];
}

/**
 * @param files what the nodes name -> its text
 * @throws invalid_request for a file that is no pipeline, or has no node
 */
export function readElyra(
  text: string,
  name: string,
  files: Record<string, string>,
  analysis: AnalysisService
): ElyraRead {
  const { nodes, properties, version } = readElyraFile(text, name);
  if (nodes.length === 0)
    throw problem('invalid_request', `The pipeline "${name}" has no nodes`, {
      remedy: 'Add a notebook or a script to it in Elyra first'
    });
  const notes: ImportNote[] = [];
  const taken = new Set<string>();
  const stepOf = new Map<string, string>();
  const cells: NotebookCell[] = [];
  let metadata: Notebook['metadata'] | undefined;

  notes.push(...noteProperties(properties, version));
  cells.push(...parameterCells(properties, notes));
  for (const node of nodes) {
    const file = fileOf(node.settings);
    const title = node.label || (file ? basename(file) : node.op);
    const note = (subject: string, outcome: ImportNote['outcome'], words: string, step?: string) =>
      notes.push({ ...(step ? { step } : {}), subject, outcome, text: words });
    const read = readNode(node, file, files);
    if (read.problem) note(title, 'changed', `${read.problem}: its step stops and says so`);
    metadata ??= read.metadata;
    const wanted = analysis.suggestName('', `# ${title.replace(/\.(ipynb|py)$/, '')}`);
    const step = uniqueName(STEP_NAME.test(wanted) ? wanted : 'step', taken);
    stepOf.set(node.id, step);
    const after = node.after.flatMap(id => stepOf.get(id) ?? []).sort();
    note(title, 'kept', `Step "${step}"${after.length ? `, after ${after.join(', ')}` : ''}`, step);
    if (read.parameters) {
      const text =
        'Its cell is an ordinary one of the step: params are those of the whole pipeline';
      note('parameters', 'changed', text, step);
    }
    noteSettings(node, step, note);
    const environment = environmentCell(variablesOf(node, properties), step, note);
    const all = [...(environment ? [environment] : []), ...read.cells];
    const firstCode = all.findIndex(({ cell_type }) => cell_type === 'code');
    const kept = settingsToKeep(node.settings);
    cells.push({ cell_type: 'markdown', source: `## ${title}`, metadata: {} });
    all.forEach((cell, at) => {
      if (cell.cell_type !== 'code') return void cells.push(cell);
      const intent = { step, ...(at === firstCode && after.length ? { after } : {}) };
      const elyra = at === firstCode && Object.keys(kept).length > 0 ? { elyra: kept } : {};
      cells.push({ ...cell, metadata: { ...cell.metadata, ...elyra, [INTENT_KEY]: intent } });
    });
  }
  const notebook = Notebook.parse({
    cells: cells.map((cell, at) => ({
      ...cell,
      id: `imported-${at}`,
      ...(cell.cell_type === 'code' ? { outputs: [], execution_count: null } : {})
    })),
    metadata: metadata ?? { kernelspec: { name: 'python3', display_name: 'Python 3' } },
    nbformat: 4,
    nbformat_minor: 5
  });
  return { notebook, notes };
}

function fileOf(settings: Record<string, unknown>): string | undefined {
  const name = settings['filename'] ?? settings['artifact'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

type Note = (subject: string, outcome: ImportNote['outcome'], text: string, step?: string) => void;

interface NodeCells {
  cells: NotebookCell[];
  metadata?: Notebook['metadata'];
  /** It had a cell with params of its own. */
  parameters?: boolean;
  problem?: string;
}

/** The cells of a node; for one that cannot be read a cell that stops, so that the pipeline keeps its form. */
function readNode(
  { op }: ElyraNode,
  file: string | undefined,
  files: Record<string, string>
): NodeCells {
  const what = op === 'execute-r-node' ? 'an R script' : `a component (${op})`;
  if (file === undefined || !/^execute-(notebook|python)-node$/.test(op))
    return placeholder(`The node is ${what}, and notebooks and Python scripts are read`);
  const content = files[file];
  if (content === undefined) return placeholder(`Its file "${file}" is not there`);
  if (extname(file) === '.py') return { cells: [codeCell(content)] };
  try {
    const { cells, metadata } = Notebook.parse(JSON.parse(content));
    const filled = cells.filter(cell => cellSource(cell).trim() !== '');
    if (!filled.some(({ cell_type }) => cell_type === 'code'))
      return { cells: [...filled, codeCell('pass')], metadata };
    const parameters = filled.some(cell => cellTags(cell).includes('parameters'));
    return { cells: filled.map(withoutParameters), metadata, parameters };
  } catch {
    return placeholder(`"${file}" is not a notebook that can be read`);
  }
}

const codeCell = (source: string): NotebookCell => ({ cell_type: 'code', source, metadata: {} });

const placeholder = (problem: string): NodeCells => ({
  cells: [
    codeCell(`raise NotImplementedError(${JSON.stringify(`${problem}: write here what it did`)})`)
  ],
  problem
});

function withoutParameters(cell: NotebookCell): NotebookCell {
  const tags = cellTags(cell);
  if (!tags.includes('parameters')) return cell;
  return {
    ...cell,
    metadata: { ...cell.metadata, tags: tags.filter(tag => tag !== 'parameters') }
  };
}

/** Their meaning is the files', the code's or nobody's here. */
const READ_HERE =
  /^(filename|artifact|env_vars|vars|label|component_parameters|ui_data|invalidNodeError)$/;

const hasValue = (value: unknown) =>
  Array.isArray(value)
    ? value.length > 0
    : typeof value === 'object' && value !== null
      ? Object.keys(value).length > 0
      : value !== undefined && value !== null && value !== '' && value !== false;

const settingsToKeep = (settings: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(settings).filter(([key, value]) => !READ_HERE.test(key) && hasValue(value))
  );

function noteSettings({ settings }: ElyraNode, step: string, note: Note): void {
  for (const key of Object.keys(settingsToKeep(settings))) {
    const text =
      /^(dependencies|file_dependencies|include_subdirectories|recursive_dependencies)$/.test(key)
        ? 'Steps run in the notebook’s folder and find the files there'
        : key === 'outputs'
          ? 'The step writes the files into the notebook’s folder, where later steps find them'
          : 'It stays in the metadata of the step’s first cell; runs on this machine do not use it';
    note(key, 'kept', text, step);
  }
}

/** Those of the pipeline's defaults too, for what runs a file: a node's own value stands above them. */
function variablesOf({ settings, op }: ElyraNode, properties: Record<string, unknown>): Variables {
  const defaults = objectAt(properties, 'pipeline_defaults')?.['env_vars'];
  const isFile = /^execute-(notebook|python|r)-node$/.test(op);
  return new Map([
    ...(isFile ? variablesIn(defaults) : []),
    ...variablesIn(settings['env_vars'] ?? settings['vars'])
  ]);
}

type Variables = ReadonlyMap<string, string>;

/** Strings `NAME=value` up to version 6, objects after it. */
function variablesIn(given: unknown): [string, string][] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((each: unknown): [string, string][] => {
    if (typeof each === 'string' && each.includes('=')) {
      const at = each.indexOf('=');
      return [[each.slice(0, at).trim(), each.slice(at + 1)]];
    }
    const { env_var: name, value } = (each ?? {}) as { env_var?: unknown; value?: unknown };
    return typeof name === 'string' ? [[name, typeof value === 'string' ? value : '']] : [];
  });
}

function environmentCell(variables: Variables, step: string, note: Note): NotebookCell | undefined {
  if (variables.size === 0) return undefined;
  const pairs = [...variables];
  const lines = pairs.map(
    ([name, value]) => `os.environ[${JSON.stringify(name)}] = ${JSON.stringify(value)}`
  );
  note(
    'env_vars',
    'changed',
    `A cell of the step sets ${pairs.map(([name]) => name).join(', ')}`,
    step
  );
  return codeCell(['import os', ...lines].join('\n'));
}

function parameterCells(properties: Record<string, unknown>, notes: ImportNote[]): NotebookCell[] {
  const given = properties['pipeline_parameters'];
  if (!Array.isArray(given)) return [];
  const lines = given.flatMap((each: unknown) => {
    const { name, default_value: value } = (each ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name)) return [];
    const inner = objectAt({ value }, 'value')?.['value'] ?? value;
    return [`${name} = ${pythonLiteral(inner)}`];
  });
  if (lines.length === 0) return [];
  const text =
    'They are params of the notebook; a step that is to use one has to read it by its name';
  notes.push({ subject: 'pipeline_parameters', outcome: 'changed', text });
  return [{ cell_type: 'code', source: lines.join('\n'), metadata: { tags: ['parameters'] } }];
}

function pythonLiteral(value: unknown): string {
  if (value === undefined || value === null || typeof value === 'object') return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

function noteProperties(properties: Record<string, unknown>, version: number): ImportNote[] {
  const known = /^(name|description|runtime|pipeline_parameters)$/;
  const notes: ImportNote[] = [
    {
      subject: `version ${version}`,
      outcome: 'kept',
      text: 'The pipeline file itself stays as it is'
    }
  ];
  const defaults = objectAt(properties, 'pipeline_defaults') ?? {};
  for (const [key, value] of [...Object.entries(defaults), ...Object.entries(properties)]) {
    if (known.test(key) || key === 'pipeline_defaults' || !hasValue(value)) continue;
    notes.push(
      key === 'env_vars'
        ? { subject: key, outcome: 'changed', text: 'Each step that runs a file sets them' }
        : {
            subject: key,
            outcome: 'dropped',
            text: 'A default for the nodes of a cluster; runs on this machine do not use it'
          }
    );
  }
  return notes;
}
