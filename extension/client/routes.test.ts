import { expect, test } from 'vitest';
import * as cells from '../../server/contract/cells.ts';
import * as deployments from '../../server/contract/deployments.ts';
import { EVENTS_PATH } from '../../server/contract/events.ts';
import * as executor from '../../server/contract/executor.ts';
import * as exportsContract from '../../server/contract/exports.ts';
import * as levels from '../../server/contract/levels.ts';
import * as notebooks from '../../server/contract/notebooks.ts';
import * as pipelines from '../../server/contract/pipelines.ts';
import * as pipelinesRuns from '../../server/contract/pipelines-runs.ts';
import * as proof from '../../server/contract/proof.ts';
import * as registry from '../../server/contract/registry.ts';
import * as runFacts from '../../server/contract/run-facts.ts';
import * as charts from '../../server/contract/tracking-charts.ts';
import * as comparison from '../../server/contract/tracking-compare.ts';
import * as trackingRuns from '../../server/contract/tracking-runs.ts';
import * as tracking from '../../server/contract/tracking.ts';
import * as routes from './routes.ts';

const contract: Record<string, unknown> = {
  ...cells,
  ...deployments,
  ...executor,
  ...exportsContract,
  ...levels,
  ...notebooks,
  ...pipelines,
  ...pipelinesRuns,
  ...proof,
  ...registry,
  ...runFacts,
  ...tracking,
  ...charts,
  ...comparison,
  ...trackingRuns,
  pushVersions: pipelines.push,
  pullVersions: pipelines.pull
};

test('the browser calls the addresses that the contract names', () => {
  const { EVENTS_PATH: events, ...calls } = routes;
  expect(events).toBe(EVENTS_PATH);
  for (const [name, { method, path }] of Object.entries(calls)) {
    expect(contract[name], name).toMatchObject({ method, path });
  }
});
