import { expect, test } from 'vitest';
import { errorOfAnswer } from './call-error.ts';

test('a problem of the server is kept as it is said', () => {
  const error = errorOfAnswer(
    404,
    JSON.stringify({
      code: 'run_not_found',
      title: 't',
      detail: 'There is no run "x"',
      remedy: 'Look'
    })
  );
  expect(error.unreachable).toBe(false);
  expect(error.problem).toMatchObject({ code: 'run_not_found', remedy: 'Look' });
});

test('what answers before the server is no problem of the server', () => {
  expect(errorOfAnswer(502, '<html>bad gateway</html>')).toMatchObject({
    unreachable: true,
    message: 'Its address answered with status 502'
  });
  expect(
    errorOfAnswer(503, '{"detail":"Node 18 is too old","remedy":"Install Node 24"}')
  ).toMatchObject({
    unreachable: true,
    problem: { detail: 'Node 18 is too old', remedy: 'Install Node 24' }
  });
});
