import { expect, test } from 'vitest';
import { readSignature } from '../text/model-signature.ts';
import { type Behaviour, modelVerdict, type Surface } from './model-verdict.ts';

const column = (name: string, type = 'double', required = true) => ({ name, type, required });
const tensor = (shape: number[], dtype = 'float32') => ({
  type: 'tensor',
  'tensor-spec': { dtype, shape }
});

function surface(
  inputs: object[],
  outputs: object[] = [column('y')],
  params: object[] = []
): Surface {
  const signature = readSignature({
    inputs: JSON.stringify(inputs),
    outputs: JSON.stringify(outputs),
    params: JSON.stringify(params)
  });
  return { flavors: ['python_function', 'sklearn'], signature };
}

const AGAIN: Behaviour = { isSameModel: false, isSameRun: false, params: [], cells: [] };
const before = surface([column('a'), column('b', 'long')]);

test.each<[string, Surface, string, string]>([
  ['nothing', before, 'minor', 'It was trained again'],
  ['an input gone', surface([column('a')]), 'major', 'The input b is gone'],
  [
    'a required input more',
    surface([column('a'), column('b', 'long'), column('c')]),
    'major',
    'The input c is new and required'
  ],
  [
    'an optional input more',
    surface([column('a'), column('b', 'long'), column('c', 'double', false)]),
    'minor',
    'The optional input c is new; It was trained again'
  ],
  [
    'a wider input',
    surface([column('a'), column('b', 'double')]),
    'minor',
    'The input b is double, was long; It was trained again'
  ],
  [
    'a narrower input',
    surface([column('a', 'float'), column('b', 'long')]),
    'major',
    'The input a is float, was double'
  ],
  [
    'an input that may be left out',
    surface([column('a'), column('b', 'long', false)]),
    'minor',
    'The input b is optional now; It was trained again'
  ],
  [
    'another output',
    surface([column('a'), column('b', 'long')], [column('z')]),
    'major',
    'The output y is gone'
  ],
  [
    'an output of another type',
    surface([column('a'), column('b', 'long')], [column('y', 'string')]),
    'major',
    'The output y is string, was double'
  ],
  [
    'an inference param more',
    surface([column('a'), column('b', 'long')], [column('y')], [{ name: 'top' }]),
    'minor',
    'The inference param top is new; It was trained again'
  ],
  [
    'another library',
    { ...before, flavors: ['python_function', 'xgboost'] },
    'major',
    'It cannot be loaded as sklearn any more'
  ],
  [
    'files that cannot be read',
    { flavors: [] },
    'minor',
    'It has no signature any more; It was trained again'
  ]
])('%s changed', (_, after, bump, reason) => {
  expect(modelVerdict(before, after, AGAIN)).toEqual({ bump, reason });
});

test('tensors are compared by type and shape', () => {
  const [small, large] = [surface([tensor([-1, 4])]), surface([tensor([-1, 5])])];
  expect(modelVerdict(small, large, AGAIN)).toEqual({
    bump: 'major',
    reason: 'The input 0 is float32 (-1, 5), was float32 (-1, 4)'
  });
});

test('params and code that differ are the reason of a model that behaves otherwise', () => {
  const params = [{ key: 'rounds', current: '10', candidate: '20' }];
  expect(modelVerdict(before, before, { ...AGAIN, params, cells: ['train'] })).toEqual({
    bump: 'minor',
    reason: 'The param rounds is 20, was 10; The code of train changed'
  });
});

test('the same model under another number is a patch', () => {
  expect(modelVerdict(before, before, { ...AGAIN, isSameModel: true })).toEqual({
    bump: 'patch',
    reason: 'The same model, registered again'
  });
});
