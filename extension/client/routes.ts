// Method and path of every operation the browser calls. Written out, so that the bundle carries no zod;
// `routes.test.ts` holds each one against the contract.
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

const route =
  (method: Method) =>
  <O extends Operation>(path: string): Route<O> => ({ method, path: API + path });
const get = route('GET');
const post = route('POST');
const put = route('PUT');

export const EVENTS_PATH = `${API}/events`;

export const listRuns = get<typeof tracking.listRuns>('/runs');
export const getRun = get<typeof tracking.getRun>('/runs/:runId');
export const getRunFacts = get<typeof getRunFactsOperation>('/runs/:runId/facts');
export const getRunColumns = post<typeof trackingRuns.getRunColumns>('/runs/columns');
export const getRunTable = post<typeof trackingRuns.getRunTable>('/runs/table');
export const deleteRuns = post<typeof trackingRuns.deleteRuns>('/runs/delete');
export const restoreRuns = post<typeof trackingRuns.restoreRuns>('/runs/restore');
export const setRunNote = post<typeof trackingRuns.setRunNote>('/runs/:runId/note');
export const listRunViews = get<typeof trackingRuns.listRunViews>('/run-views');
export const saveRunView = put<typeof trackingRuns.saveRunView>('/run-views/:name');
export const deleteRunView = post<typeof trackingRuns.deleteRunView>('/run-views/:name/delete');
export const previewArtifact = get<typeof trackingRuns.previewArtifact>('/runs/:runId/artifact');
export const getCellHistory = get<typeof trackingRuns.getCellHistory>('/cells/:cellId');
export const getRunFrame = post<typeof charts.getRunFrame>('/runs/frame');
export const getRunGroups = post<typeof charts.getRunGroups>('/runs/groups');
export const getCurves = post<typeof charts.getCurves>('/runs/curves');
export const getGroupCurves = post<typeof charts.getGroupCurves>('/runs/group-curves');
export const getParamImportance = post<typeof charts.getParamImportance>('/runs/importance');
export const getEventCurves = get<typeof charts.getEventCurves>('/runs/:runId/event-curves');
export const compare = post<typeof compareOperation>('/runs/compare');
export const recordSession = post<typeof tracking.recordSession>('/sessions/:sessionId/events');

export const readSteps = post<typeof pipelines.readSteps>('/pipelines/steps');
export const readCells = post<typeof cells.readCells>('/pipelines/cells');
export const planCell = post<typeof cells.planCell>('/pipelines/needs');
export const capture = post<typeof pipelines.capture>('/pipelines/capture');
export const tagVersion = post<typeof pipelines.tagVersion>('/pipelines/tag');
export const explainChange = post<typeof pipelines.explainChange>('/pipelines/why');
export const listVersions = post<typeof pipelines.listVersions>('/pipelines/versions');
export const getVersion = post<typeof pipelines.getVersion>('/pipelines/version');
export const diffVersions = post<typeof pipelines.diffVersions>('/pipelines/diff');
export const restore = post<typeof pipelines.restore>('/pipelines/restore');
export const createBranch = post<typeof pipelines.createBranch>('/pipelines/branch');
export const blame = post<typeof pipelines.blame>('/pipelines/blame');
export const pushVersions = post<typeof pipelines.push>('/pipelines/push');
export const pullVersions = post<typeof pipelines.pull>('/pipelines/pull');
export const listBranches = post<typeof pipelines.listBranches>('/pipelines/branches');
export const getRunVersion = get<typeof pipelinesRuns.getRunVersion>('/runs/:runId/version');
export const listRunVersions =
  post<typeof pipelinesRuns.listRunVersions>('/pipelines/run-versions');
export const listVersionRuns =
  post<typeof pipelinesRuns.listVersionRuns>('/pipelines/version-runs');

export const runPipeline = post<typeof executor.runPipeline>('/pipeline-runs');
export const listPipelineRuns = get<typeof executor.listPipelineRuns>('/pipeline-runs');
export const getPipelineRun = get<typeof executor.getPipelineRun>('/pipeline-runs/:pipelineRunId');
export const getPipelineLogs = get<typeof executor.getPipelineLogs>(
  '/pipeline-runs/:pipelineRunId/logs'
);
export const cancelPipelineRun = post<typeof executor.cancelPipelineRun>(
  '/pipeline-runs/:pipelineRunId/cancel'
);
export const exportPipeline = post<typeof exportPipelineOperation>('/exports/:target');

export const prove = post<typeof proof.prove>('/proofs');
export const listProofs = get<typeof proof.listProofs>('/proofs');
export const cancelProof = post<typeof proof.cancelProof>('/proofs/:proofId/cancel');

export const listModels = get<typeof registry.listModels>('/models');
export const getModel = get<typeof registry.getModel>('/models/:model');
export const registerModel = post<typeof registry.registerModel>('/models/:model/versions');
export const previewPromotion = get<typeof registry.previewPromotion>(
  '/models/:model/versions/:version/promotion'
);
export const promote = post<typeof registry.promote>('/models/:model/versions/:version/promotion');
export const setModelBump = post<typeof registry.setModelBump>(
  '/models/:model/versions/:version/bump'
);
export const undoPromotion = post<typeof registry.undoPromotion>('/models/:model/undo');

export const deploy = post<typeof deployments.deploy>('/endpoints');
export const listEndpoints = get<typeof deployments.listEndpoints>('/endpoints');
export const getEndpoint = get<typeof deployments.getEndpoint>('/endpoints/:name');
export const stopEndpoint = post<typeof deployments.stopEndpoint>('/endpoints/:name/stop');

export const moveNotebook = post<typeof moveNotebookOperation>('/notebooks/move');

export const getLevels = get<typeof getLevelsOperation>('/levels');
