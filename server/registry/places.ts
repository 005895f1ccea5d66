// What tracking knows of the places that a version may point to.
import { ProblemError } from '../contract/problem.ts';
import type { TrackingService } from '../tracking/service.ts';
import type { Catalogue } from './catalogue.ts';
import { readVersion } from './names.ts';
import type { Places } from './source.ts';

export function createPlaces(tracking: TrackingService, catalogue: Catalogue): Places {
  return {
    async runRoot(runId) {
      try {
        return await tracking.getArtifactUri(runId);
      } catch (error) {
        if (error instanceof ProblemError && error.problem.status === 404) return undefined;
        throw error;
      }
    },
    async loggedModel(modelId) {
      const model = await tracking.findLoggedModel(modelId);
      return model && { location: model.artifactUri, runId: model.runId };
    },
    async modelOfRun(runId, name) {
      const model = (await tracking.listLoggedModels(runId)).findLast(
        logged => logged.name === name
      );
      return model && { location: model.artifactUri, modelId: model.modelId };
    },
    async version(name, versionOrAlias) {
      const isVersion = /^\d+$/.test(versionOrAlias);
      const found = isVersion
        ? await catalogue.version(name, readVersion(versionOrAlias))
        : await catalogue.aliased(name, versionOrAlias);
      return {
        source: found.source,
        location: found.storage_location,
        runId: found.run_id ?? undefined,
        modelId: found.logged_model_id ?? undefined
      };
    }
  };
}
