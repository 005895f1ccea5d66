// MLflow's tracking calls, listed.
import * as artifactCalls from '../contract/mlflow-artifacts.ts';
import * as experimentCalls from '../contract/mlflow-experiments.ts';
import * as modelCalls from '../contract/mlflow-logged-models.ts';
import * as runCalls from '../contract/mlflow-runs.ts';
import type { MlflowWire } from '../http/mlflow-route.ts';
import { artifactPages, artifactRoutes } from './artifact-routes.ts';
import type { TrackingService } from './service.ts';

export function trackingMlflowRoutes(wire: MlflowWire, { mlflow }: TrackingService): void {
  const { experiments, runs, history, histories, loggedModels, artifacts, parts } = mlflow;

  wire.route(experimentCalls.createExperiment, experiments.create);
  wire.route(experimentCalls.getExperiment, experiments.get);
  wire.route(experimentCalls.getExperimentByName, experiments.getByName);
  wire.route(experimentCalls.searchExperiments, experiments.search);
  wire.route(experimentCalls.searchDatasets, mlflow.searchDatasets);
  wire.route(experimentCalls.deleteExperiment, experiments.remove);
  wire.route(experimentCalls.restoreExperiment, experiments.restore);
  wire.route(experimentCalls.updateExperiment, experiments.update);
  wire.route(experimentCalls.setExperimentTag, experiments.setTag);
  wire.route(experimentCalls.deleteExperimentTag, experiments.removeTag);

  wire.route(runCalls.createRun, (input, { session }) => runs.create(input, session));
  wire.route(runCalls.getRun, runs.get);
  wire.route(runCalls.updateRun, runs.update);
  wire.route(runCalls.deleteRun, runs.remove);
  wire.route(runCalls.restoreRun, runs.restore);
  wire.route(runCalls.searchRuns, runs.search);
  wire.route(runCalls.logMetric, (input, { session }) => runs.logMetric(input, session));
  wire.route(runCalls.logParameter, runs.logParameter);
  wire.route(runCalls.setTag, runs.setTag);
  wire.route(runCalls.deleteTag, runs.removeTag);
  wire.route(runCalls.logBatch, (input, { session }) => runs.logBatch(input, session));
  wire.route(runCalls.logInputs, runs.logInputs);
  wire.route(runCalls.logOutputs, runs.logOutputs);
  wire.route(runCalls.logModel, runs.logModel);
  wire.route(runCalls.getMetricHistory, history);
  wire.route(runCalls.getMetricHistoryBulk, histories.first);
  wire.route(runCalls.getMetricHistoryBulkInterval, histories.sampled);

  wire.route(modelCalls.createLoggedModel, (input, { session }) =>
    loggedModels.create(input, session)
  );
  wire.route(modelCalls.getLoggedModel, loggedModels.get);
  wire.route(modelCalls.finalizeLoggedModel, loggedModels.finalize);
  wire.route(modelCalls.deleteLoggedModel, loggedModels.remove);
  wire.route(modelCalls.searchLoggedModels, loggedModels.search);
  wire.route(modelCalls.setLoggedModelTags, ({ model_id, tags }) =>
    loggedModels.setTags(model_id, tags).then(() => ({}))
  );
  wire.route(modelCalls.deleteLoggedModelTag, loggedModels.removeTag);
  wire.route(modelCalls.logLoggedModelParams, loggedModels.logParams);

  wire.route(runCalls.listArtifacts, artifacts.list);
  wire.route(modelCalls.listLoggedModelArtifacts, artifacts.listOfModel);
  wire.route(artifactCalls.createMultipartUpload, parts.begin);
  wire.route(artifactCalls.completeMultipartUpload, parts.join);
  wire.route(artifactCalls.abortMultipartUpload, parts.drop);
  wire.route(artifactCalls.getPresignedDownload, parts.locate);
  wire.raw(scope => artifactRoutes(scope, artifacts, parts));
  wire.pages(scope => artifactPages(scope, artifacts));

  wire.route(modelCalls.getServerInfo, () => ({
    store_type: 'SqlStore',
    workspaces_enabled: false,
    trace_archival_enabled: false,
    // Its clients then send and fetch large files in parts side by side, without being told to.
    multipart_uploads_enabled: artifacts.takesParts,
    multipart_downloads_enabled: true
  }));
}
