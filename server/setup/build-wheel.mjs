// `npm run build:wheel`: dist/stepladder-VERSION-py3-none-any.whl
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, venvBin } from './places.mjs';
import { giveUp, say, step } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { setUp } from './set-up.mjs';

async function buildWheel() {
  await setUp();
  await step('Wheel', () =>
    runCommand([join(venvBin, 'uv'), 'build', '--wheel', '--out-dir', 'dist'], {
      fails: 'The wheel could not be built',
      remedy: 'See what hatchling says above.'
    })
  );
  const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  say(`Wheel: ${at('dist', `stepladder-${version}-py3-none-any.whl`)}`);
}

await buildWheel().catch(giveUp);
