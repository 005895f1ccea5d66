// Which interpreter a notebook's code runs in: that of its kernelspec, which may be another environment than ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { createInstalledReader, type Installed } from './installed.ts';
import { problem } from '../contract/problem.ts';
import type { Notebook } from '../contract/notebook.ts';

export interface KernelEnvironment {
  /** Name of the kernelspec. */
  kernel: string;
  language: 'python' | 'typescript';
  /** The interpreter (Python) or the kernel's program (TypeScript). */
  executable: string;
  /** How the kernel is started, with `{connection_file}` in it; ipykernel with the interpreter when there is no kernelspec. */
  argv?: string[];
  /** The kernelspec's own environment variables. */
  variables: Record<string, string>;
}

export interface Environments {
  /** @throws environment_not_found naming the kernel and where it was looked for. */
  forNotebook(notebook: Notebook): KernelEnvironment;
  /** What that interpreter has installed. @throws environment_not_found when it does not start. */
  installedIn(environment: KernelEnvironment): Promise<Installed>;
}

interface KernelSpec {
  argv?: unknown;
  language?: unknown;
  env?: unknown;
}

type EnvironmentsConfig = Pick<Config, 'kernelPath' | 'python'> & Partial<Pick<Config, 'data'>>;

export function createEnvironments({ kernelPath, python, data }: EnvironmentsConfig): Environments {
  const installed = createInstalledReader(
    data === undefined ? undefined : join(data, 'environments.json')
  );
  function find(name: string): KernelSpec | undefined {
    for (const folder of kernelPath) {
      try {
        return JSON.parse(
          readFileSync(join(folder, 'kernels', name, 'kernel.json'), 'utf8')
        ) as KernelSpec;
      } catch {
        continue;
      }
    }
    return undefined;
  }
  return {
    async installedIn({ language, executable }) {
      if (language === 'python') return installed.read(executable);
      const version = process.versions.node;
      return {
        id: `node ${version}`,
        version,
        packages: [],
        modules: {},
        requires: {},
        folders: []
      };
    },
    forNotebook(notebook) {
      const asked = notebook.metadata['kernelspec'] as
        { name?: unknown; language?: unknown } | undefined;
      const name =
        typeof asked?.name === 'string' && /^[\w.-]+$/.test(asked.name) ? asked.name : 'python3';
      const spec = find(name);
      if (!spec && name !== 'python3') {
        throw problem(
          'environment_not_found',
          `The notebook asks for the kernel "${name}", which is not installed here`,
          {
            remedy: `Install that kernel, or choose another one for the notebook; looked in ${kernelPath.join(', ')}`
          }
        );
      }
      const language = /typescript|tslab|jslab/i.test(`${String(spec?.language ?? '')} ${name}`)
        ? 'typescript'
        : 'python';
      const argv = Array.isArray(spec?.argv)
        ? spec.argv.filter(part => typeof part === 'string')
        : [];
      const first = argv[0] ?? python;
      return {
        kernel: name,
        language,
        executable: /^python[\d.]*$/.test(first) ? python : first,
        argv:
          argv.length > 1
            ? [/^python[\d.]*$/.test(first) ? python : first, ...argv.slice(1)]
            : [first, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
        variables: (spec?.env as Record<string, string> | undefined) ?? {}
      };
    }
  };
}
