// When a run shows that a dependence which the source allows for is not there.
import type { NamedEdge } from './evidence-combine.ts';
import type { CellEvidence } from './evidence-run.ts';

/** Only what is uncertain, and only by cells that ran to their end. What hangs on a branch is never refuted: one run takes one way. */
export function isRefuted(
  { from, to, kind, name, certainty }: NamedEdge,
  evidence: Map<number, CellEvidence>,
  hasParameters: boolean
): boolean {
  if (certainty === 'must') return false;
  const writer = evidence.get(from);
  const reader = evidence.get(to);
  if (!writer || !reader || writer.error || reader.error) return false;
  // Which way a cell goes may hang on a parameter, and the next run may be given another one.
  if (kind === 'value') return !hasParameters && isUntouched(name, writer);
  if (kind === 'file') return shareNoFile(writer, reader);
  return false;
}

/** The content is what it was, and the cell's own text has no branch that could change it. */
function isUntouched(name: string, writer: CellEvidence): boolean {
  const { bound, changed, deleted, unsure, text } = writer;
  const may = [bound, changed, deleted, unsure, text.binds, text.branches];
  return !may.some(names => names.includes(name));
}

/** Both touched files that everybody can see, but other ones than the source made us fear. */
function shareNoFile(writer: CellEvidence, reader: CellEvidence): boolean {
  if (writer.opaque || reader.opaque || reader.foldersListed.length > 0) return false;
  const first = new Set([...writer.filesRead, ...writer.filesWritten]);
  const second = new Set([...reader.filesRead, ...reader.filesWritten]);
  return first.size > 0 && second.size > 0 && ![...first].some(path => second.has(path));
}
