// Clients of MLflow that are years old: what they did, they still do.
import { expect, test } from 'vitest';
import { engine } from '../support/engines.ts';
import { startServer } from '../support/server.ts';
import { factsOf, mlflowEnvironment } from './python.ts';

const clients: Record<string, string[]> = {
  '2.22.2': ['numpy==1.26.4', 'pandas==2.2.3', 'scikit-learn==1.6.1', 'scipy==1.15.3'],
  '1.30.1': [
    'numpy==1.24.4',
    'pandas==1.5.3',
    'scikit-learn==1.2.2',
    'scipy==1.10.1',
    'setuptools==69.5.1',
    'protobuf==3.20.3'
  ]
};

test.each(Object.entries(clients))('MLflow %s', async (version, beside) => {
  const { python } = await engine('mlflow-old', [`mlflow-skinny==${version}`, ...beside]);
  const server = await startServer();
  try {
    const environment = { ...mlflowEnvironment(server), MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2' };
    const predicted = [0, 0, 1, 1];
    expect(await factsOf('mlflow_old.py', environment, python)).toEqual({
      version,
      params: { a: '1', b: 'x' },
      steps: [3, 4],
      files: ['d.json', 'model', 'notes'],
      found: 1,
      models: ['old'],
      status: 'READY',
      predicted: [predicted, predicted]
    });
  } finally {
    await server.stop();
  }
});
