// The files of several runs, path by path; of files of one size the content decides whether they are equal.
import { createHash } from 'node:crypto';
import type { ArtifactPlace, ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { RunComparison } from '../contract/tracking-compare.ts';
import { previewKind } from './artifact-preview.ts';
import { listRecursively } from './artifacts.ts';

type ComparedArtifact = RunComparison['artifacts'][number] & { differs: boolean };

const PATHS = 500;
/** Larger ones of one size are taken to differ: reading them would take longer than looking. */
const READ = 16_000_000;

export async function compareArtifacts(
  runs: readonly { artifact_uri: string }[],
  places: ArtifactPlaces
): Promise<ComparedArtifact[]> {
  const roots = runs.map(run => places.find(run.artifact_uri));
  const sizes: Map<string, number>[] = [];
  for (const root of roots) {
    const listed = root ? await listRecursively(root) : [];
    sizes.push(new Map(listed.map(({ path, bytes }) => [path, bytes])));
  }
  const paths = [...new Set(sizes.flatMap(run => [...run.keys()]))].sort().slice(0, PATHS);
  const compared: ComparedArtifact[] = [];
  for (const path of paths) {
    const bytes = sizes.map(run => run.get(path) ?? null);
    const oneSize = new Set(bytes).size === 1;
    const differs = !oneSize || bytes[0]! > READ || (await contentDiffers(roots, path));
    compared.push({ path, bytes, kind: previewKind(path), differs });
  }
  return compared;
}

async function contentDiffers(
  roots: readonly (ArtifactPlace | undefined)[],
  path: string
): Promise<boolean> {
  const digests = new Set<string>();
  for (const root of roots) {
    const { content } = await root!.store.get(`${root!.path}/${path}`);
    const hash = createHash('sha256');
    for await (const part of content) hash.update(part as Buffer);
    digests.add(hash.digest('hex'));
    if (digests.size > 1) return true;
  }
  return false;
}
