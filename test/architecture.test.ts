// Who may import whom, and what must stay absent: the tables of ARCHITECTURE.md, held.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from './support/server.ts';

const FLOORS: Record<string, number> = {
  contract: 0,
  config: 1,
  workspace: 1,
  version: 1,
  database: 1,
  http: 1,
  artifacts: 1,
  events: 1,
  environment: 1,
  text: 1,
  auth: 2,
  tracking: 2,
  analysis: 2,
  pipelines: 3,
  registry: 3,
  executor: 4,
  exports: 4,
  notebooks: 4,
  transfer: 4,
  deployments: 4,
  levels: 5,
  proof: 5,
  app: 6,
  cli: 7,
  setup: 7
};

/** Rooms of floor 1 and 2 that others may use beside their own floor's rule. */
const SAME_FLOOR = new Set([
  'http>config',
  'config>artifacts',
  'auth>config',
  'auth>http',
  'database>config',
  'workspace>config',
  'environment>config',
  'environment>workspace',
  'database>events',
  'http>events',
  'http>artifacts',
  'tracking>auth',
  'http>database'
]);

/** Files of the tree, committed or not, that git does not ignore. */
const list = (...patterns: string[]) =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], {
    cwd: REPOSITORY,
    encoding: 'utf8'
  })
    .split('\n')
    .filter(file => file !== '' && existsSync(join(REPOSITORY, file)));
const read = (file: string) => readFileSync(join(REPOSITORY, file), 'utf8');
const files = list('*.ts', '*.tsx');
const sources = new Map(files.map(file => [file, read(file)]));
const product = [...sources].filter(
  ([file]) =>
    /^(server|kernel-bridge|extension)\//.test(file) && !/\.(test|suite)\.tsx?$/.test(file)
);

function imports(file: string, text: string): { target: string; relative: boolean }[] {
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g
    )
  ];
  return found.map(match => {
    const name = (match[1] ?? match[2] ?? match[3])!;
    return name.startsWith('.')
      ? { target: normalize(join(dirname(file), name)), relative: true }
      : { target: name, relative: false };
  });
}

const room = (path: string) => path.split('/')[0]!;
const serverModule = (path: string) => path.split('/')[1]!.replace(/\.ts$/, '');

function offences(
  check: (file: string, target: string, relative: boolean, text: string) => boolean
): string[] {
  return product.flatMap(([file, text]) =>
    imports(file, text)
      .filter(({ target, relative }) => check(file, target, relative, text))
      .map(({ target }) => `${file} imports ${target}`)
  );
}

describe('the house', () => {
  test('reads a plausible number of files', () => expect(product.length).toBeGreaterThan(50));

  test('rooms import only downwards: extension, kernel-bridge, contract', () => {
    const allowed: Record<string, (target: string) => boolean> = {
      server: target => room(target) === 'server',
      'kernel-bridge': target =>
        room(target) === 'kernel-bridge' || target.startsWith('server/contract/'),
      extension: target =>
        ['extension', 'kernel-bridge', 'style'].includes(room(target)) ||
        target.startsWith('server/contract/')
    };
    expect(offences((file, target, relative) => relative && !allowed[room(file)]!(target))).toEqual(
      []
    );
  });

  test('inside the server imports go down the floors', () => {
    const bad = offences((file, target, relative) => {
      if (!relative || room(file) !== 'server' || room(target) !== 'server') return false;
      const [from, to] = [serverModule(file), serverModule(target)];
      if (from === to || SAME_FLOOR.has(`${from}>${to}`)) return false;
      expect(FLOORS, `${file} stands in a room without a floor`).toHaveProperty(from);
      expect(FLOORS, `${target} stands in a room without a floor`).toHaveProperty(to);
      return FLOORS[to]! >= FLOORS[from]!;
    });
    expect(bad).toEqual([]);
  });

  test('a module is entered by its service and its routes; its store is private', () => {
    const capabilities = [
      'tracking',
      'analysis',
      'pipelines',
      'executor',
      'exports',
      'notebooks',
      'registry',
      'transfer',
      'deployments',
      'levels',
      'proof'
    ];
    const bad = offences((file, target, relative) => {
      if (!relative || room(target) !== 'server') return false;
      const to = serverModule(target);
      if (!capabilities.includes(to) || serverModule(file) === to) return false;
      const door = target.split('/').slice(2).join('/');
      return !(door === 'service.ts' || (door === 'routes.ts' && file === 'server/app.ts'));
    });
    expect(bad).toEqual([]);
  });

  test('the contract imports nothing but zod', () => {
    expect(
      offences(
        (file, target, relative) =>
          file.startsWith('server/contract/') &&
          (relative ? !target.startsWith('server/contract/') : target !== 'zod')
      )
    ).toEqual([]);
  });

  test('slices of the extension do not import each other, tokens apart', () => {
    const open = ['client', 'ui'];
    const bad = offences((file, target, relative) => {
      if (!relative || room(file) !== 'extension' || room(target) !== 'extension') return false;
      const [from, to] = [file.split('/')[1]!, target.split('/')[1]!];
      if (from === to || from === 'index.ts' || open.includes(to)) return false;
      return !/tokens\.tsx?$/.test(target);
    });
    expect(bad).toEqual([]);
  });

  test('only database/ and the stores know SQL', () => {
    const bad = product.filter(
      ([file, text]) =>
        /from 'kysely'|from 'node:sqlite'/.test(text) &&
        !/^server\/(database\/|cli\/data-folder\.ts$)|store[\w-]*\.ts$|\/store\//.test(file)
    );
    expect(bad.map(([file]) => file)).toEqual([]);
  });

  test('only config reads the environment, only the client speaks HTTP in the browser', () => {
    const environment = product.filter(
      ([file, text]) =>
        file.startsWith('server/') &&
        /process\.env\b/.test(text) &&
        // The worker is a step's own process, which sets what the step is to see.
        !/^server\/(config\.ts|cli\/|setup\/|executor\/typescript-worker\.ts)/.test(file)
    );
    const http = product.filter(
      ([file, text]) =>
        file.startsWith('extension/') &&
        /(?<![.\w])fetch\(|XMLHttpRequest|new EventSource|makeRequest\(/.test(text) &&
        !file.startsWith('extension/client/')
    );
    expect([...environment, ...http].map(([file]) => file)).toEqual([]);
  });

  test('all Python stands in kernel-bridge/python', () => {
    const python = list('*.py');
    expect(python.filter(file => !/^(kernel-bridge\/python|test|bench)\//.test(file))).toEqual([]);
  });

  test('no shell, no evaluated text, no HTML of strangers', () => {
    const absent: [RegExp, RegExp][] = [
      [
        /\.tsx?$/,
        /shell:\s*true|\bexecSync\(|(?<!\.)\bexec\(\s*[`'"]|\beval\(|new Function\(|innerHTML|outerHTML|insertAdjacentHTML/
      ],
      [/\.py$/, /shell\s*=\s*True|os\.system\(|os\.popen\(|yaml\.load\(/]
    ];
    const python = list('*.py').filter(file => file.startsWith('kernel-bridge/'));
    const all = [...product, ...python.map(file => [file, read(file)] as const)];
    const bad = all.filter(([file, text]) =>
      absent.some(([kind, words]) => kind.test(file) && words.test(text))
    );
    expect(bad.map(([file]) => file)).toEqual([]);
  });

  test('pickles are opened in the workers only: steps, the model that is served', () => {
    const opens = list('*.py').filter(
      file => /(pickle\.loads?|Unpickler)\b/.test(read(file)) && file.startsWith('kernel-bridge/')
    );
    expect(opens.filter(file => !/\/(step_\w+|model_\w+|evidence\w*)\.py$/.test(file))).toEqual([]);
  });

  test('no file is above 400 lines, no folder is called utils or the like', () => {
    expect(
      product.filter(([, text]) => text.split('\n').length > 400).map(([file]) => file)
    ).toEqual([]);
    expect(
      files.filter(file => /(^|\/)(utils?|helpers?|common|manager|shared)(\/|\.tsx?$)/.test(file))
    ).toEqual([]);
  });
});
