import { expect, test } from 'vitest';
import { commandFor } from './next-command.ts';

test.each([
  ['stepladder register NAME 01a1', { id: 'stepladder:register-model', args: { runId: '01a1' } }],
  [
    'stepladder promote delays 3',
    { id: 'stepladder:promote-model', args: { model: 'delays', version: '3' } }
  ],
  [
    'stepladder deploy delays@champion',
    { id: 'stepladder:deploy-model', args: { model: 'delays' } }
  ],
  ['stepladder run flights.ipynb', { id: 'stepladder:run-pipeline', args: {} }],
  ['stepladder.log_model(model, "model")', undefined],
  ['npm start', undefined]
])('%s', (line, command) => expect(commandFor(line)).toEqual(command));
