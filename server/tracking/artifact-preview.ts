// What an artifact looks like: a picture, the beginning of a text, the first rows of a table. Never run, never unpickled.
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { InputOf } from '../contract/operation.ts';
import { problem } from '../contract/problem.ts';
import type * as operations from '../contract/tracking-runs.ts';
import type { ArtifactPreview } from '../contract/tracking-runs.ts';
import type { Db } from '../database/open.ts';
import { findRun } from './run-store.ts';
import { parseDelimited } from '../text/delimited.ts';

const PICTURE = 8_000_000;
const TEXT = 200_000;
const ROWS = 200;
const COLUMNS = 60;

const IMAGES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml'
};
const TABLES: Record<string, string> = { csv: ',', tsv: '\t' };
const TEXTS =
  /\.(txt|md|json|jsonl|ya?ml|toml|ini|cfg|log|py|ts|js|sql|sh|xml|ipynb|conf)$|(^|\/)(MLmodel|README|LICENSE)$/i;

export type PreviewKind = ArtifactPreview['kind'];

export function previewKind(path: string): PreviewKind {
  const extension = extensionOf(path);
  if (extension in IMAGES) return 'image';
  if (extension in TABLES) return 'table';
  if (extension === 'html' || extension === 'htm') return 'html';
  return TEXTS.test(path) ? 'text' : 'none';
}

const extensionOf = (path: string) => /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';

export function createArtifactPreview(read: Db, places: ArtifactPlaces) {
  return {
    async previewArtifact({
      runId,
      path
    }: InputOf<typeof operations.previewArtifact>): Promise<ArtifactPreview> {
      const run = await findRun(read, runId);
      if (!run) throw problem('run_not_found', `There is no run "${runId}"`);
      const root = places.find(run.artifact_uri);
      if (!root) {
        throw problem(
          'not_found',
          `The artifacts at "${run.artifact_uri}" are not kept by this server`,
          { remedy: 'Read them where the run wrote them' }
        );
      }
      const { content, bytes } = await root.store.get(`${root.path}/${path}`);
      const kind = previewKind(path);
      const limit = kind === 'image' ? PICTURE : kind === 'none' ? 0 : TEXT;
      const shown = { path, bytes, cut: bytes > limit };
      if (kind === 'none' || (kind === 'image' && shown.cut)) {
        content.destroy();
        return { ...shown, kind: 'none', cut: bytes > 0 };
      }
      const head = await readHead(content, limit);
      if (kind === 'image') {
        const mime = IMAGES[extensionOf(path)]!;
        return { ...shown, kind, mime, content: head.toString('base64') };
      }
      const text = new TextDecoder().decode(head);
      // A name says little: what holds zeros is no text, whatever it is called.
      if (text.includes('\0')) return { ...shown, kind: 'none', cut: true };
      if (kind !== 'table') return { ...shown, kind, content: text };
      const [columns = [], ...rows] = parseDelimited(text, TABLES[extensionOf(path)]!, ROWS + 2);
      return {
        ...shown,
        kind,
        table: {
          columns: columns.slice(0, COLUMNS),
          rows: rows.slice(0, ROWS).map(row => row.slice(0, COLUMNS))
        },
        cut: shown.cut || rows.length > ROWS || columns.length > COLUMNS
      };
    }
  };
}

async function readHead(content: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of content) {
    parts.push(part);
    length += part.length;
    if (length >= limit) break;
  }
  return Buffer.concat(parts).subarray(0, limit);
}
