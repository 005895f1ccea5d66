// Another JupyterLab, or Notebook 7, with Stepladder in it: an environment of its own, and our parts where Jupyter looks for them.
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { engine } from './engines.ts';
import { root } from './jupyter.ts';

export interface JupyterEnvironment {
  python: string;
  environment: Record<string, string>;
}

/** Of that name, with these requirements and ours. */
export async function jupyterEnvironment(
  name: string,
  requirements: string[]
): Promise<JupyterEnvironment> {
  const { python } = await engine(name, requirements);
  const ours = putOurParts(join(root, 'test-results', 'jupyter'));
  return {
    python,
    environment: {
      JUPYTER_PATH: join(ours, 'share', 'jupyter'),
      JUPYTER_CONFIG_PATH: join(ours, 'etc', 'jupyter'),
      PYTHONPATH: join(root, 'kernel-bridge', 'python')
    }
  };
}

/** As in the wheel, but in a folder of this clone: the environment itself is shared with others. */
function putOurParts(folder: string): string {
  const config = join(root, 'kernel-bridge', 'python', 'jupyter-config');
  const etc = join(folder, 'etc', 'jupyter');
  cpSync(join(config, 'server'), join(etc, 'jupyter_server_config.d'), { recursive: true });
  cpSync(
    join(config, 'lab', 'overrides.json'),
    join(etc, 'labconfig', 'default_setting_overrides.json')
  );
  const labextensions = join(folder, 'share', 'jupyter', 'labextensions');
  mkdirSync(labextensions, { recursive: true });
  const link = join(labextensions, 'stepladder');
  if (!existsSync(link)) symlinkSync(join(root, 'dist', 'labextension'), link);
  return folder;
}
