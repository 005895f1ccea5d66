// Kale's cell tags, of 0.x (`block:`) and of 2.x (`step:`), as steps of ours. The tags stay, so that both tools work on one file.
import type { ImportNote } from '../../contract/pipelines.ts';
import { cellSource, cellTags, type Notebook, STEP_NAME } from '../../contract/notebook.ts';
import type { Reading } from './reading.ts';

type Outcome = ImportNote['outcome'];

const SPECIAL = [
  'skip',
  'pipeline-parameters',
  'pipeline-metrics',
  'imports',
  'functions'
] as const;
type Special = (typeof SPECIAL)[number];

/** What Kale hands to Kubernetes; kept in the notebook, without a meaning where steps are processes of this machine. */
const FOR_THE_CLUSTER: [pattern: RegExp, what: string][] = [
  [/^limit:[^:]+:.+$/, 'a resource limit'],
  [/^annotation:[^:]+:.*$/, 'an annotation of the pod'],
  [/^label:[^:]+:.*$/, 'a label of the pod'],
  [/^image:.+$/, 'the image of the step'],
  [/^secret:.+$/, 'a secret that the cluster gives'],
  [/^report:(enabled|disabled)$/, 'the HTML report of the step']
];

export function isKale(notebook: Notebook): boolean {
  return notebook.cells.some(cell =>
    cellTags(cell).some(tag => /^(step|block):[_a-z]|^pipeline-(parameters|metrics)$/.test(tag))
  );
}

/** @param computes whether a cell does more than import and define */
export function readKale(notebook: Notebook, computes: (cell: number) => boolean): Reading {
  const reading: Reading = { steps: new Map(), parameters: [], notes: [] };
  const ended = new Set<string>();
  /** What an untagged cell joins. */
  let current: { special: Special } | { step: string } | undefined;
  /** Cells behind a reference to another notebook, which belong to the step below them. */
  let waiting: number[] | undefined;
  notebook.cells.forEach((cell, index) => {
    if (cell.cell_type !== 'code') return;
    const note = (subject: string, outcome: Outcome, text: string) =>
      void reading.notes.push({ cell: index, subject, outcome, text });
    const tags = cellTags(cell);
    const special = SPECIAL.find(each => tags.includes(each));
    if (special === 'skip') return note('skip', 'kept', 'The cell is part of no step');
    if (special) {
      for (const tag of tags.filter(tag => tag !== special && isOfKale(tag)))
        note(tag, 'dropped', `Beside "${special}" Kale does not look at it either`);
      current = { special };
      waiting = undefined;
      return join(current);
    }
    const { step, prev } = readTags(tags, note);
    if (tags.some(tag => tag.startsWith('notebook:'))) {
      waiting = [];
      return;
    }
    if (step !== undefined) {
      current = { step };
      for (const above of waiting ?? []) {
        reading.steps.set(above, { step });
        const text = `The cell without a tag joins the step "${step}" below it, as in Kale`;
        reading.notes.push({ cell: above, subject: '', outcome: 'kept', text });
      }
      waiting = undefined;
    } else if (waiting) return void waiting.push(index);
    else if (current === undefined) {
      if (cellSource(cell).trim() === '') return;
      return note(
        '',
        'dropped',
        'The cell stands before the first tag and is part of no step, as in Kale'
      );
    }
    join(current!, prev, step !== undefined);

    function join(to: NonNullable<typeof current>, prev: string[] = [], tagged = false): void {
      if ('special' in to) return joinSpecial(to.special);
      const after = prev.filter(name => ended.has(name));
      for (const name of prev.filter(name => !ended.has(name)))
        note(`prev:${name}`, 'dropped', `No step "${name}" stands above this cell`);
      for (const name of after)
        note(
          `prev:${name}`,
          'kept',
          `"${to.step}" comes after "${name}", also where no value is handed on`
        );
      reading.steps.set(index, { step: to.step, ...(after.length ? { after } : {}) });
      ended.add(to.step);
      if (!tagged) note('', 'kept', `The cell without a tag joins the step "${to.step}" above it`);
    }

    function joinSpecial(kind: Exclude<Special, 'skip'> | 'skip'): void {
      if (kind === 'pipeline-parameters') {
        reading.parameters.push(index);
        return note(kind, 'kept', 'The cell holds the params, under the tag "parameters" too');
      }
      if (kind === 'pipeline-metrics') {
        reading.steps.set(index, { step: 'pipeline_metrics' });
        const text =
          'The cell is a step of its own that prints the metrics; mlflow.log_metric would also record them';
        return note(kind, 'changed', text);
      }
      if (!computes(index))
        return note(kind, 'kept', 'Imports and definitions are given to each step that uses them');
      reading.steps.set(index, { step: kind });
      const text = `The cell computes something, so it is the step "${kind}" that runs once; Kale repeats it in each step`;
      return note(kind, 'changed', text);
    }
  });
  readNotebookMetadata(notebook, reading.notes);
  return reading;
}

const isOfKale = (tag: string) =>
  /^(step|block|prev|notebook|cache):/.test(tag) ||
  FOR_THE_CLUSTER.some(([pattern]) => pattern.test(tag));

function readTags(
  tags: string[],
  note: (subject: string, outcome: Outcome, text: string) => void
): { step: string | undefined; prev: string[] } {
  let step: string | undefined;
  const prev: string[] = [];
  for (const tag of tags) {
    const [kind, ...rest] = tag.split(':');
    const value = rest.join(':');
    if ((kind === 'step' || kind === 'block') && rest.length > 0) {
      const [name = '', ...more] = value.split(';');
      if (name === '') note(tag, 'kept', 'Without a name the cell joins the step above it');
      else if (!STEP_NAME.test(name))
        note(tag, 'dropped', `"${name}" cannot be the name of a step`);
      else if (step !== undefined)
        note(tag, 'dropped', `A cell is part of one step; this one is of "${step}"`);
      else {
        step = name;
        note(tag, 'kept', `Step "${name}"`);
      }
      for (const other of more)
        note(tag, 'dropped', `A cell is part of one step; "${other}" is left out`);
    } else if (kind === 'prev' && rest.length > 0) prev.push(...value.split(';').filter(Boolean));
    else if (kind === 'notebook' && rest.length > 0)
      note(
        tag,
        'dropped',
        'A step that is a whole other notebook is not read; run that notebook as a pipeline of its own'
      );
    else if (/^cache:(enabled|disabled)$/.test(tag)) {
      const text =
        value === 'enabled'
          ? 'Steps that did not change are not run again anyway'
          : 'The tag stays; run with --fresh to run a step that did not change';
      note(tag, 'kept', text);
    } else {
      const meaning = FOR_THE_CLUSTER.find(([pattern]) => pattern.test(tag))?.[1];
      const text = meaning
        ? `The tag stays: ${meaning}, which runs on this machine do not use`
        : 'The tag is none of Kale’s and stays as it is';
      note(tag, 'kept', text);
    }
  }
  if (step === undefined && prev.length > 0) {
    for (const name of prev) note(`prev:${name}`, 'dropped', 'The cell begins no step');
    return { step, prev: [] };
  }
  return { step, prev };
}

const SETTINGS_OF_CLUSTER =
  /^(base_image|docker_image|volumes|snapshot_volumes|autosnapshot|steps_defaults|katib_run|katib_metadata|storage_class_name|volume_access_mode|abs_working_dir|marshal_volume|marshal_path|kfp_host|timeout|output_path|security_context|enable_caching|experiment|experiment_name|pipeline_description)$/;

function readNotebookMetadata(notebook: Notebook, notes: ImportNote[]): void {
  const settings = notebook.metadata['kubeflow_notebook'];
  if (typeof settings !== 'object' || settings === null) return;
  for (const [key, value] of Object.entries(settings)) {
    const isSet = Array.isArray(value) ? value.length > 0 : Boolean(value);
    if (!isSet || key === 'notebook_path') continue;
    const text = SETTINGS_OF_CLUSTER.test(key)
      ? 'It stays in the notebook; runs on this machine do not use it'
      : key === 'pipeline_name'
        ? 'It stays in the notebook; the pipeline is named after the file'
        : 'It is not known here and stays in the notebook';
    notes.push({ subject: `kubeflow_notebook.${key}`, outcome: 'kept', text });
  }
}
