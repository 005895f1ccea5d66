// Autologging switched on by the setting, with the real MLflow: params, metrics and a model that loads, and no process that looks
// for its packages.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { ResponseOf } from '../../server/contract/operation.ts';
import type { getRun } from '../../server/contract/tracking.ts';
import { mlflowEngine } from '../peers/mlflow-engine.ts';
import { REPOSITORY, startServer } from '../support/server.ts';

const run = promisify(execFile);

test('the setting of JupyterLab gives autologging at the first fit, and spares it the process', async () => {
  const { python } = await mlflowEngine();
  const server = await startServer();
  const settings = mkdtempSync(join(tmpdir(), 'stepladder-settings-'));
  mkdirSync(settings, { recursive: true });
  writeFileSync(
    join(settings, 'recorder.jupyterlab-settings'),
    '{\n    // Autologging\n    "autolog": true\n}\n'
  );
  try {
    const { stdout } = await run(python, [join(import.meta.dirname, 'logging_autolog.py')], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PYTHONPATH: join(REPOSITORY, 'kernel-bridge/python'),
        STEPLADDER_SETTINGS: settings,
        MLFLOW_TRACKING_URI: server.url,
        MLFLOW_TRACKING_TOKEN: server.token,
        MLFLOW_DISABLE_TELEMETRY: 'true',
        OMP_NUM_THREADS: '1',
        GIT_PYTHON_REFRESH: 'quiet'
      },
      maxBuffer: 16 * 1024 * 1024
    });
    const facts = JSON.parse(/^FACTS (.*)$/m.exec(stdout)![1]!) as {
      run: string;
      processes: [number, number];
      requirements: string[];
      predicted: number[];
    };
    // None for the fit; the notebook's own class, fitted and logged, still gets MLflow's.
    expect(facts.processes).toEqual([0, 2]);
    expect(facts.requirements).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^scikit-learn==/),
        expect.stringMatching(/^pandas==/),
        expect.stringMatching(/^mlflow/)
      ])
    );
    expect(facts.predicted.map(Math.round)).toEqual([1, 2, 3]);
    const found = (await (
      await server.fetch(`/stepladder/v1/runs/${facts.run}`)
    ).json()) as ResponseOf<typeof getRun>;
    expect(found.params).toMatchObject({ fit_intercept: 'True' });
    expect(found.metrics.map(({ key }) => key)).toContain('training_root_mean_squared_error');
    expect(found.models.length).toBe(1);
  } finally {
    await server.stop();
    rmSync(settings, { recursive: true, force: true });
  }
}, 600_000);
