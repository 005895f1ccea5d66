// The plugins of the extension, each on its own; a deployment can disable any of them.
import { clientPlugin } from './client/index.ts';
import { pipelinesPlugin } from './pipelines/index.ts';
import { notebooksPlugin } from './pipelines/notebooks.ts';
import { shellPlugin } from './shell/index.ts';

export default [clientPlugin, shellPlugin, notebooksPlugin, pipelinesPlugin];
