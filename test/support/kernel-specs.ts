// Kernels that Jupyter did not start as it starts ours: without our environment, or as if on another machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './jupyter.ts';

export const PYTHON = join(root, '.venv', 'bin', 'python');

/** What takes everything back that Jupyter's server extension tells kernels. */
export const STRIPPED = {
  PYTHONSTARTUP: '',
  STEPLADDER_URL: '',
  STEPLADDER_TOKEN: '',
  MLFLOW_TRACKING_URI: '',
  MLFLOW_TRACKING_TOKEN: ''
};

export interface KernelSpec {
  python?: string;
  environment?: Record<string, string>;
  /** The kernel's machine has another name than Jupyter's. */
  elsewhere?: boolean;
}

/** Writes the kernelspec below `folder`, which is to be on JUPYTER_PATH. */
export function writeKernelSpec(
  folder: string,
  name: string,
  { python = PYTHON, environment = STRIPPED, elsewhere = false }: KernelSpec = {}
): void {
  const place = join(folder, 'kernels', name);
  mkdirSync(place, { recursive: true });
  const machine = elsewhere ? otherMachine(join(folder, 'elsewhere')) : {};
  const spec = {
    argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
    display_name: name,
    language: 'python',
    env: { ...environment, ...machine }
  };
  writeFileSync(join(place, 'kernel.json'), JSON.stringify(spec));
}

function otherMachine(folder: string): Record<string, string> {
  mkdirSync(folder, { recursive: true });
  const source = 'import socket\nsocket.gethostname = lambda: "elsewhere.example"\n';
  writeFileSync(join(folder, 'sitecustomize.py'), source);
  return { PYTHONPATH: folder };
}
