import * as operations from '../contract/mlflow-registry.ts';
import * as webhookCalls from '../contract/mlflow-webhooks.ts';
import type { MlflowWire } from '../http/mlflow-route.ts';
import { sendArtifact } from '../http/send-artifact.ts';
import type { RegistryService } from './service.ts';

export function registryMlflowRoutes(
  wire: MlflowWire,
  { mlflow, webhooks, artifactOf }: RegistryService
): void {
  wire.route(operations.createRegisteredModel, mlflow.createRegisteredModel);
  wire.route(operations.getRegisteredModel, mlflow.getRegisteredModel);
  wire.route(operations.updateRegisteredModel, mlflow.updateRegisteredModel);
  wire.route(operations.renameRegisteredModel, mlflow.renameRegisteredModel);
  wire.route(operations.deleteRegisteredModel, mlflow.deleteRegisteredModel);
  wire.route(operations.searchRegisteredModels, mlflow.searchRegisteredModels);
  wire.route(operations.getLatestVersions, mlflow.getLatestVersions);
  wire.route(operations.setRegisteredModelTag, mlflow.setRegisteredModelTag);
  wire.route(operations.deleteRegisteredModelTag, mlflow.deleteRegisteredModelTag);
  wire.route(operations.setAlias, mlflow.setAlias);
  wire.route(operations.deleteAlias, mlflow.deleteAlias);
  wire.route(operations.getByAlias, mlflow.getByAlias);
  wire.route(operations.createModelVersion, mlflow.createModelVersion);
  wire.route(operations.getModelVersion, mlflow.getModelVersion);
  wire.route(operations.updateModelVersion, mlflow.updateModelVersion);
  wire.route(operations.transitionStage, mlflow.transitionStage);
  wire.route(operations.deleteModelVersion, mlflow.deleteModelVersion);
  wire.route(operations.searchModelVersions, mlflow.searchModelVersions);
  wire.route(operations.getDownloadUri, mlflow.getDownloadUri);
  wire.route(operations.setModelVersionTag, mlflow.setModelVersionTag);
  wire.route(operations.deleteModelVersionTag, mlflow.deleteModelVersionTag);

  wire.route(webhookCalls.createWebhook, webhooks.create);
  wire.route(webhookCalls.listWebhooks, webhooks.list);
  wire.route(webhookCalls.getWebhook, webhooks.get);
  wire.route(webhookCalls.updateWebhook, webhooks.update);
  wire.route(webhookCalls.deleteWebhook, webhooks.remove);
  wire.route(webhookCalls.testWebhook, webhooks.test);

  wire.pages(scope =>
    scope.get<{ Querystring: { name?: string; version?: string; path?: string } }>(
      '/model-versions/get-artifact',
      async (request, reply) => {
        const { name = '', version = '', path = '' } = request.query;
        return sendArtifact(request, reply, await artifactOf(name, version, path));
      }
    )
  );
}
