// From what each cell was seen to do to which cell needs which: the last writer of what a cell read.
import type { Edge } from '../contract/analysis.ts';
import type { CellEvidence } from './evidence-run.ts';

export interface SeenFact {
  from: number;
  to: number;
  kind: Edge['kind'];
  name: string;
}

/** The names that the static analysis has for the generators. */
const GENERATORS: Record<string, string> = { random: 'rng:random', 'numpy.random': 'rng:numpy' };

export function factsSeen(cells: CellEvidence[], sources: Map<number, string>): SeenFact[] {
  const facts: SeenFact[] = [];
  const writers = new Map<string, number>();
  const generators = new Map<string, number>();
  const patches = new Map<string, number>();
  const resources = createResources(facts);

  for (const seen of cells) {
    const to = seen.cell;
    const note = (from: number | undefined, kind: Edge['kind'], name: string) => {
      if (from !== undefined && from < to) facts.push({ from, to, kind, name });
    };
    // What is changed and not bound anew needs its old version.
    for (const name of new Set([...seen.reads, ...seen.changed]))
      note(writers.get(name), 'value', name);
    for (const name of [...seen.bound, ...seen.changed, ...seen.deleted]) writers.set(name, to);

    for (const name of seen.drawn) {
      const key = GENERATORS[name] ?? name;
      note(generators.get(key), 'state', key);
      // Without a seed there is no sequence that anybody could want to keep.
      if (generators.has(key)) generators.set(key, to);
    }
    for (const name of seen.seeded) generators.set(GENERATORS[name] ?? name, to);

    const source = sources.get(to) ?? '';
    for (const [name, from] of patches) {
      const member = name.slice(name.lastIndexOf('.') + 1);
      if (new RegExp(`\\b${member}\\b`).test(source)) note(from, 'state', name);
    }
    for (const name of seen.patched) patches.set(name, to);
    resources.take(seen);
  }
  return facts;
}

/** Files and the working folder have one content at a time: readers after their writer, the next writer after both. */
function createResources(facts: SeenFact[]) {
  const files = new Map<string, { writer?: number; readers: Set<number> }>();
  const at = (name: string) => {
    let resource = files.get(name);
    if (!resource) files.set(name, (resource = { readers: new Set() }));
    return resource;
  };
  const note = (from: number | undefined, to: number, kind: Edge['kind'], name: string) => {
    if (from !== undefined && from < to) facts.push({ from, to, kind, name });
  };
  return {
    take({ cell, filesRead, filesWritten, foldersListed, relative, moved }: CellEvidence) {
      for (const name of filesRead) {
        note(at(name).writer, cell, 'file', name);
        at(name).readers.add(cell);
      }
      for (const folder of foldersListed)
        for (const [name, { writer }] of files)
          if (isDirectlyIn(name, folder)) note(writer, cell, 'file', name);
      for (const name of filesWritten) {
        const resource = at(name);
        for (const reader of resource.readers) note(reader, cell, 'file', name);
        note(resource.writer, cell, 'file', name);
        files.set(name, { writer: cell, readers: new Set() });
      }
      const folder = at('cwd');
      if (relative) {
        note(folder.writer, cell, 'state', 'cwd');
        folder.readers.add(cell);
      }
      if (moved) {
        for (const reader of folder.readers) note(reader, cell, 'state', 'cwd');
        note(folder.writer, cell, 'state', 'cwd');
        files.set('cwd', { writer: cell, readers: new Set() });
      }
    }
  };
}

function isDirectlyIn(file: string, folder: string): boolean {
  return file.slice(0, Math.max(0, file.lastIndexOf('/'))) === folder;
}
