// The plugins of the extension, each on its own; a deployment can disable any of them.
import { cellsPlugin } from './capture/cells.ts';
import { recorderPlugin } from './capture/recorder.ts';
import { clientPlugin } from './client/index.ts';
import { pipelinesPlugin } from './pipelines/index.ts';
import { notebooksPlugin } from './pipelines/notebooks.ts';
import { shellPlugin } from './shell/index.ts';

export default [
  clientPlugin,
  shellPlugin,
  notebooksPlugin,
  recorderPlugin,
  cellsPlugin,
  pipelinesPlugin
];
