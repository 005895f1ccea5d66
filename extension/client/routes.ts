// Method and path of every operation the browser calls. Written out, so that the bundle carries no zod;
// `routes.test.ts` holds each one against the contract.
import type { analyze } from '../../server/contract/analysis.ts';
import type * as cells from '../../server/contract/cells.ts';
import type * as deployments from '../../server/contract/deployments.ts';
import type * as executor from '../../server/contract/executor.ts';
import type { exportPipeline as exportPipelineOperation } from '../../server/contract/exports.ts';
import type { getLevels as getLevelsOperation } from '../../server/contract/levels.ts';
import type { Method, Operation } from '../../server/contract/operation.ts';
import type { moveNotebook as moveNotebookOperation } from '../../server/contract/notebooks.ts';
import type * as pipelines from '../../server/contract/pipelines.ts';
import type * as pipelinesRuns from '../../server/contract/pipelines-runs.ts';
import type * as proof from '../../server/contract/proof.ts';
import type * as registry from '../../server/contract/registry.ts';
import type { getRunFacts as getRunFactsOperation } from '../../server/contract/run-facts.ts';
import type { getStatus as getStatusOperation } from '../../server/contract/server.ts';
import type * as charts from '../../server/contract/tracking-charts.ts';
import type { compare as compareOperation } from '../../server/contract/tracking-compare.ts';
import type * as trackingRuns from '../../server/contract/tracking-runs.ts';
import type * as tracking from '../../server/contract/tracking.ts';

/** An operation's address; the type parameter carries what goes in and comes out. */
export interface Route<O extends Operation = Operation> {
  readonly method: Method;
  readonly path: string;
  /** Only for the compiler: there is no value. */
  readonly operation?: O;
}

const API = '/stepladder/v1';

function route<O extends Operation>(method: Method, path: string): Route<O> {
  return { method, path: API + path };
}

export const EVENTS_PATH = `${API}/events`;

export const getStatus = route<typeof getStatusOperation>('GET', '/status');
export const analyzeNotebook = route<typeof analyze>('POST', '/analysis');

export const listRuns = route<typeof tracking.listRuns>('GET', '/runs');
export const getRun = route<typeof tracking.getRun>('GET', '/runs/:runId');
export const getRunFacts = route<typeof getRunFactsOperation>('GET', '/runs/:runId/facts');
export const getSeries = route<typeof tracking.getSeries>('GET', '/runs/:runId/series');
export const getRunColumns = route<typeof trackingRuns.getRunColumns>('POST', '/runs/columns');
export const getRunTable = route<typeof trackingRuns.getRunTable>('POST', '/runs/table');
export const deleteRuns = route<typeof trackingRuns.deleteRuns>('POST', '/runs/delete');
export const restoreRuns = route<typeof trackingRuns.restoreRuns>('POST', '/runs/restore');
export const setRunNote = route<typeof trackingRuns.setRunNote>('POST', '/runs/:runId/note');
export const listRunViews = route<typeof trackingRuns.listRunViews>('GET', '/run-views');
export const saveRunView = route<typeof trackingRuns.saveRunView>('PUT', '/run-views/:name');
export const deleteRunView = route<typeof trackingRuns.deleteRunView>(
  'POST',
  '/run-views/:name/delete'
);
export const previewArtifact = route<typeof trackingRuns.previewArtifact>(
  'GET',
  '/runs/:runId/artifact'
);
export const getCellHistory = route<typeof trackingRuns.getCellHistory>('GET', '/cells/:cellId');
export const getRunFrame = route<typeof charts.getRunFrame>('POST', '/runs/frame');
export const getRunGroups = route<typeof charts.getRunGroups>('POST', '/runs/groups');
export const getCurves = route<typeof charts.getCurves>('POST', '/runs/curves');
export const getGroupCurves = route<typeof charts.getGroupCurves>('POST', '/runs/group-curves');
export const getParamImportance = route<typeof charts.getParamImportance>(
  'POST',
  '/runs/importance'
);
export const getEventCurves = route<typeof charts.getEventCurves>(
  'GET',
  '/runs/:runId/event-curves'
);
export const compare = route<typeof compareOperation>('POST', '/runs/compare');
export const recordSession = route<typeof tracking.recordSession>(
  'POST',
  '/sessions/:sessionId/events'
);

export const readSteps = route<typeof pipelines.readSteps>('POST', '/pipelines/steps');
export const readCells = route<typeof cells.readCells>('POST', '/pipelines/cells');
export const planCell = route<typeof cells.planCell>('POST', '/pipelines/needs');
export const capture = route<typeof pipelines.capture>('POST', '/pipelines/capture');
export const tagVersion = route<typeof pipelines.tagVersion>('POST', '/pipelines/tag');
export const explainChange = route<typeof pipelines.explainChange>('POST', '/pipelines/why');
export const listVersions = route<typeof pipelines.listVersions>('POST', '/pipelines/versions');
export const getVersion = route<typeof pipelines.getVersion>('POST', '/pipelines/version');
export const diffVersions = route<typeof pipelines.diffVersions>('POST', '/pipelines/diff');
export const restore = route<typeof pipelines.restore>('POST', '/pipelines/restore');
export const createBranch = route<typeof pipelines.createBranch>('POST', '/pipelines/branch');
export const blame = route<typeof pipelines.blame>('POST', '/pipelines/blame');
export const pushVersions = route<typeof pipelines.push>('POST', '/pipelines/push');
export const pullVersions = route<typeof pipelines.pull>('POST', '/pipelines/pull');
export const listBranches = route<typeof pipelines.listBranches>('POST', '/pipelines/branches');
export const getRunVersion = route<typeof pipelinesRuns.getRunVersion>(
  'GET',
  '/runs/:runId/version'
);
export const listRunVersions = route<typeof pipelinesRuns.listRunVersions>(
  'POST',
  '/pipelines/run-versions'
);
export const listVersionRuns = route<typeof pipelinesRuns.listVersionRuns>(
  'POST',
  '/pipelines/version-runs'
);

export const runPipeline = route<typeof executor.runPipeline>('POST', '/pipeline-runs');
export const listPipelineRuns = route<typeof executor.listPipelineRuns>('GET', '/pipeline-runs');
export const getPipelineRun = route<typeof executor.getPipelineRun>(
  'GET',
  '/pipeline-runs/:pipelineRunId'
);
export const getPipelineLogs = route<typeof executor.getPipelineLogs>(
  'GET',
  '/pipeline-runs/:pipelineRunId/logs'
);
export const cancelPipelineRun = route<typeof executor.cancelPipelineRun>(
  'POST',
  '/pipeline-runs/:pipelineRunId/cancel'
);
export const exportPipeline = route<typeof exportPipelineOperation>('POST', '/exports/:target');

export const prove = route<typeof proof.prove>('POST', '/proofs');
export const listProofs = route<typeof proof.listProofs>('GET', '/proofs');
export const cancelProof = route<typeof proof.cancelProof>('POST', '/proofs/:proofId/cancel');

export const listModels = route<typeof registry.listModels>('GET', '/models');
export const getModel = route<typeof registry.getModel>('GET', '/models/:model');
export const registerModel = route<typeof registry.registerModel>(
  'POST',
  '/models/:model/versions'
);
export const previewPromotion = route<typeof registry.previewPromotion>(
  'GET',
  '/models/:model/versions/:version/promotion'
);
export const promote = route<typeof registry.promote>(
  'POST',
  '/models/:model/versions/:version/promotion'
);
export const setModelBump = route<typeof registry.setModelBump>(
  'POST',
  '/models/:model/versions/:version/bump'
);
export const undoPromotion = route<typeof registry.undoPromotion>('POST', '/models/:model/undo');

export const deploy = route<typeof deployments.deploy>('POST', '/endpoints');
export const listEndpoints = route<typeof deployments.listEndpoints>('GET', '/endpoints');
export const getEndpoint = route<typeof deployments.getEndpoint>('GET', '/endpoints/:name');
export const stopEndpoint = route<typeof deployments.stopEndpoint>('POST', '/endpoints/:name/stop');

export const moveNotebook = route<typeof moveNotebookOperation>('POST', '/notebooks/move');

export const getLevels = route<typeof getLevelsOperation>('GET', '/levels');
