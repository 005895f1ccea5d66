// `npm run requirements`: the newest versions that fit requirements.in, for every platform and Python 3.10 on, with their hashes.
import { join } from 'node:path';
import { venvBin } from './places.mjs';
import { giveUp, step } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { setUp } from './set-up.mjs';

const FOLDER = 'kernel-bridge/python';
const OPTIONS = [
  '--quiet',
  '--upgrade',
  '--universal',
  '--python-version',
  '3.10',
  '--generate-hashes',
  '--no-header'
];

/** @param {string} name */
const compile = name =>
  runCommand(
    [
      join(venvBin, 'uv'),
      'pip',
      'compile',
      ...OPTIONS,
      `${FOLDER}/${name}.in`,
      '-o',
      `${FOLDER}/${name}.txt`
    ],
    {
      fails: `The versions for ${name}.in could not be found`,
      remedy: 'See what uv says above.'
    }
  );

await setUp()
  .then(() =>
    step('Python lock files', () => Promise.all(['requirements', 'installer'].map(compile)))
  )
  .catch(giveUp);
