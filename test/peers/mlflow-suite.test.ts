// MLflow's own tests of servers: tracking and registry over REST, artifacts through the proxy, webhooks.
import { expect, test } from 'vitest';
import { isAtHand, runMlflowSuite } from './mlflow-suite.ts';

/** Of a machine at rest it takes four minutes. */
const PATIENCE = 45 * 60_000;

if (!isAtHand)
  console.warn(
    'MLflow’s own tests are not run: MLFLOW_SRC (its source) and MLFLOW_SUITE (the folder of the runner’s run.sh) are not both set'
  );

test.runIf(isAtHand)(
  'MLflow’s own tests pass',
  async () => {
    const { passed, failed, faults } = await runMlflowSuite({});
    expect(faults).toEqual([]);
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThanOrEqual(140);
  },
  PATIENCE
);
