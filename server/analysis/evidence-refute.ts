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
  if (kind === 'value') return isUntouched(name, writer, hasParameters);
  if (kind === 'file') return shareNoFile(writer, reader);
  return false;
}

/** The cell had the value in its hands and left it as it was; or never came near it, and no parameter can change that. */
function isUntouched(name: string, writer: CellEvidence, hasParameters: boolean): boolean {
  const { bound, changed, deleted, unsure, text } = writer;
  const may = [bound, changed, deleted, unsure, text.binds, text.branches];
  if (may.some(names => names.includes(name))) return false;
  return writer.reads.includes(name) || !hasParameters;
}

/** Both touched files that everybody can see, but other ones than the source made us fear. */
function shareNoFile(writer: CellEvidence, reader: CellEvidence): boolean {
  if (writer.opaque || reader.opaque || reader.foldersListed.length > 0) return false;
  const first = new Set([...writer.filesRead, ...writer.filesWritten]);
  const second = new Set([...reader.filesRead, ...reader.filesWritten]);
  return first.size > 0 && second.size > 0 && ![...first].some(path => second.has(path));
}
