// `npm test`: set-up, then style, format and types side by side, then the unit tests.
// `npm run test:slow`: the tests that need real kernels, browsers, peers and engines; a name limits them: `npm run test:slow -- lab`.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { at, root, serverNode } from './places.mjs';
import { giveUp, SetupError, step } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { setUp } from './set-up.mjs';

const SLOW = ['stores', 'kernels', 'peers', 'engines', 'lab', 'package'];
const results = at('test-results');
const node = () => serverNode() ?? process.execPath;
const tool = (/** @type {string[]} */ ...path) => at('node_modules', ...path);

const checks = {
  'Style (eslint)': [tool('eslint', 'bin', 'eslint.js'), '.'],
  'Format (prettier)': [
    tool('prettier', 'bin', 'prettier.cjs'),
    '--check',
    '--log-level',
    'warn',
    '.'
  ],
  'Types (tsc)': [tool('typescript', 'bin', 'tsc'), '-b']
};

/** @returns {Promise<boolean>} whether all of them passed */
async function runChecks() {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, args]) => {
      try {
        await step(name, () =>
          runCommand([node(), ...args], {
            fails: `${name} has faults`,
            remedy: 'They are listed above.'
          })
        );
        return true;
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        process.stderr.write(`\n${error.message}\n\n`);
        return false;
      }
    })
  );
  const passed = outcomes.filter(Boolean).length;
  writeFileSync(
    at('test-results', 'checks.json'),
    JSON.stringify({ passed, failed: outcomes.length - passed })
  );
  return passed === outcomes.length;
}

/** @param {string} name of the results file @param {string[]} projects @param {string[]} filters @returns {Promise<boolean>} */
function runVitest(name, projects, filters) {
  const options = projects.flatMap(project => ['--project', project]);
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}/${name}.json`
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(
      node(),
      [tool('vitest', 'vitest.mjs'), 'run', ...options, ...reporters, ...filters],
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit']
      }
    );
    child.on('error', reject);
    child.on('close', code => resolve(code === 0));
  });
}

async function main() {
  const [kind, ...filters] = process.argv.slice(2);
  await setUp();
  mkdirSync(results, { recursive: true });
  if (kind === 'slow') {
    const named = filters.filter(filter => SLOW.includes(filter));
    const files = filters.filter(filter => !SLOW.includes(filter));
    return runVitest('slow', named.length > 0 ? named : SLOW, files);
  }
  const checked = await runChecks();
  return (await runVitest('unit', ['unit'], filters)) && checked;
}

process.exitCode = await main().then(passed => (passed ? 0 : 1), giveUp);
