// Looking at many runs: table, charts, comparison, and what people do from there. Only lists its parts.
import type { ArtifactPlaces } from '../artifacts/artifact-places.ts';
import type { Database } from '../database/open.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../events/clock.ts';
import type { Workspace } from '../workspace.ts';
import { createArtifactPreview } from './artifact-preview.ts';
import { createCellHistory } from './cell-history.ts';
import { createCompare } from './compare.ts';
import { createCurves } from './curves.ts';
import { createEventCurves } from './event-curves.ts';
import { createParamImportance } from './param-importance.ts';
import { createRunBin } from './run-bin.ts';
import { createRunFrame } from './run-frame.ts';
import { createRunTable } from './run-table.ts';
import { createRunViews } from './run-views.ts';

export interface ViewingParts {
  database: Database;
  artifacts: ArtifactPlaces;
  bus: EventBus;
  clock: Clock;
  workspace: Workspace;
}

export type RunViewing = ReturnType<typeof createRunViewing>;

export function createRunViewing(parts: ViewingParts) {
  const { artifacts, clock, workspace } = parts;
  const { read } = parts.database;
  return {
    ...createRunTable(read),
    ...createRunFrame(read),
    ...createCurves(read),
    ...createParamImportance(read),
    ...createEventCurves(read, artifacts),
    ...createRunViews(parts),
    ...createRunBin(parts),
    ...createArtifactPreview(read, artifacts),
    ...createCellHistory(read, workspace),
    ...createCompare({ read, artifacts, clock })
  };
}
