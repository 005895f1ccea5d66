// The scalars of a run's TensorBoard files as curves, under the folder they stand in.
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { InputOf, ResponseOf } from '../contract/operation.ts';
import { problem } from '../contract/problem.ts';
import type * as operations from '../contract/tracking-charts.ts';
import type { Db } from '../database/open.ts';
import { listRecursively } from './artifacts.ts';
import { shapeCurve } from './curves.ts';
import { readEventFile, type ScalarPoint } from './event-file.ts';
import { findRun } from './run-store.ts';

const LARGEST = 200_000_000;
const FILES = 50;

/** TensorFlow, PyTorch and Keras name them alike. */
export const isEventFile = (path: string): boolean => /(^|\/)[^/]*tfevents[^/]*$/.test(path);

export function createEventCurves(read: Db, places: ArtifactPlaces) {
  return {
    async getEventCurves({
      runId,
      points: limit
    }: InputOf<typeof operations.getEventCurves>): Promise<
      ResponseOf<typeof operations.getEventCurves>
    > {
      const run = await findRun(read, runId);
      if (!run) throw problem('run_not_found', `There is no run "${runId}"`);
      const root = places.find(run.artifact_uri);
      const listed = root ? await listRecursively(root) : [];
      const files = listed.filter(({ path }) => isEventFile(path)).slice(0, FILES);
      const faults: { path: string; detail: string }[] = [];
      const series = new Map<string, ScalarPoint[]>();
      for (const { path, bytes } of files) {
        if (bytes > LARGEST) {
          faults.push({ path, detail: `It has ${bytes} bytes; up to ${LARGEST} are read` });
          continue;
        }
        const { content } = await root!.store.get(`${root!.path}/${path}`);
        const parts: Buffer[] = [];
        for await (const part of content) parts.push(part as Buffer);
        const { points, fault } = readEventFile(Buffer.concat(parts));
        if (fault !== undefined) faults.push({ path, detail: fault });
        const folder = path.split('/').slice(0, -1).join('/');
        for (const point of points) {
          const key = folder === '' ? point.tag : `${folder}: ${point.tag}`;
          const known = series.get(key);
          if (known) known.push(point);
          else series.set(key, [point]);
        }
      }
      const shape = { axis: 'step', points: limit, smoothing: 0 } as const;
      return {
        files: files.length,
        faults,
        curves: [...series]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, points]) => ({
            runId,
            name: run.name,
            key,
            ...shapeCurve(points, run.start_time, shape)
          }))
      };
    }
  };
}
