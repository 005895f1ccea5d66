// A version as plain files that read well in a diff, and back again. Nothing in them depends on machine, path or time.
import { INTENT_KEY, Notebook, VOLATILE_METADATA } from '../contract/notebook.ts';
import { Pipeline } from '../contract/pipelines.ts';
import type { Files } from './git-tree.ts';
import type { Repository } from './repository.ts';

export const NOTEBOOK_FILE = 'notebook.ipynb';
export const PIPELINE_FILE = 'pipeline.json';
export const ENVIRONMENT_FILE = 'environment.txt';

export interface Lock {
  /** Of the language: `Python 3.11.7`. */
  language: string;
  /** `name==version`. */
  packages: string[];
}

export interface Snapshot {
  pipeline: Pipeline;
  notebook: Notebook;
  lock: Lock;
}

export function toFiles({ pipeline, notebook, lock }: Snapshot): Files {
  const ending = pipeline.language === 'python' ? 'py' : 'ts';
  // The notebook's name is where it happens to be; its findings follow from its code.
  const content = { ...pipeline, name: '', findings: [] };
  const files: Files = {
    [PIPELINE_FILE]: toJson(content),
    [NOTEBOOK_FILE]: toJson(withoutOutputs(notebook)),
    [ENVIRONMENT_FILE]: [`# ${lock.language}`, ...lock.packages, ''].join('\n'),
    'parameters.json': toJson(
      pipeline.parameters.map(({ name, type, source }) => ({ name, type, source }))
    )
  };
  for (const { name, source } of pipeline.steps)
    files[`steps/${name}.${ending}`] = source.endsWith('\n') ? source : `${source}\n`;
  return files;
}

/** All files of a version, to be committed again. */
export async function filesAt(repository: Repository, commit: string): Promise<Files> {
  const paths = await repository.list(commit);
  const texts = await Promise.all(paths.map(path => repository.read(commit, path)));
  return Object.fromEntries(paths.map((path, at) => [path, texts[at]!]));
}

export function readPipeline(text: string, name: string): Pipeline {
  return { ...Pipeline.parse(JSON.parse(text)), name };
}

export function readNotebookFile(text: string): Notebook {
  return Notebook.parse(JSON.parse(text));
}

export function readEnvironment(text: string): Lock {
  const lines = text.split('\n').filter(Boolean);
  const language = lines.find(line => line.startsWith('#'))?.replace(/^#\s*/, '') ?? '';
  return { language, packages: lines.filter(line => !line.startsWith('#')) };
}

export function withoutOutputs(notebook: Notebook): Notebook {
  const metadata = without(notebook.metadata, [...VOLATILE_METADATA.notebook, INTENT_KEY]);
  // Which pipeline and branch it is says where the versions are kept, not what is in them.
  const intent = without({ ...(notebook.metadata[INTENT_KEY] as object | undefined) }, [
    'pipeline',
    'branch'
  ]);
  return {
    ...notebook,
    cells: notebook.cells.map(cell => ({
      ...cell,
      metadata: without(cell.metadata, VOLATILE_METADATA.cell),
      ...(cell.cell_type === 'code' ? { outputs: [], execution_count: null } : {})
    })),
    metadata: Object.keys(intent).length > 0 ? { ...metadata, [INTENT_KEY]: intent } : metadata
  };
}

function without(
  record: Record<string, unknown>,
  names: readonly string[]
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

/** Keys sorted, so that the same content is the same text. */
export function toJson(value: unknown): string {
  const sorted = (_: string, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner;
  return `${JSON.stringify(value, sorted, 1)}\n`;
}
