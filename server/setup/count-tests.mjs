// The closing line of `.ci/run`: what `npm test` and `npm run test:slow` left in test-results, in one sum.
import { readFileSync } from 'node:fs';
import { at } from './places.mjs';

const sum = { passed: 0, failed: 0 };

/** @param {number} passed @param {number} failed */
function add(passed, failed) {
  sum.passed += passed;
  sum.failed += failed;
}

/** @param {string} name @returns {any} nothing when that part did not get as far as its results */
function read(name) {
  try {
    return JSON.parse(readFileSync(at('test-results', `${name}.json`), 'utf8'));
  } catch {
    return undefined;
  }
}

const checks = read('checks');
if (checks) add(checks.passed, checks.failed);
else add(0, 1);

for (const name of ['unit', 'slow']) {
  const result = read(name);
  if (!result) {
    add(0, 1);
    continue;
  }
  // A file that cannot even be loaded has failed, though it holds no test that could.
  const unloadable = result.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0
  );
  add(result.numPassedTests, result.numFailedTests + unloadable.length);
}

process.stdout.write(`${sum.passed} passed, ${sum.failed} failed\n`);
process.exitCode = sum.failed === 0 ? 0 : 1;
