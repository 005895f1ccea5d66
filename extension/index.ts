// The plugins of the extension, each on its own; a deployment can disable any of them.
import { cellsPlugin } from './capture/cells.ts';
import { hookPlugin } from './capture/hook.ts';
import { recorderPlugin } from './capture/recorder.ts';
import { renamesPlugin } from './capture/renames.ts';
import { clientPlugin } from './client/index.ts';
import { deploymentsPlugin } from './deployments/index.ts';
import { levelsPlugin } from './levels/index.ts';
import { pipelinesPlugin } from './pipelines/index.ts';
import { notebooksPlugin } from './pipelines/notebooks.ts';
import { proofPlugin } from './pipelines/proof.ts';
import { registryPlugin } from './registry/index.ts';
import { shellPlugin } from './shell/index.ts';
import { trackingPlugin } from './tracking/index.ts';

export default [
  clientPlugin,
  shellPlugin,
  recorderPlugin,
  hookPlugin,
  renamesPlugin,
  notebooksPlugin,
  cellsPlugin,
  pipelinesPlugin,
  proofPlugin,
  trackingPlugin,
  registryPlugin,
  deploymentsPlugin,
  levelsPlugin
];
