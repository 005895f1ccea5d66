// The newest MLflow that installs, with what its own test suite and its autologging need.
import { engine } from '../support/engines.ts';

export const MLFLOW_VERSION = '3.17.2';

/** @param more what a part of its suite needs besides, pinned. */
export const mlflowEngine = (more: readonly string[] = []) =>
  engine('mlflow-suite', [
    `mlflow==${MLFLOW_VERSION}`,
    'pandas==3.1.1',
    'scikit-learn==1.9.1',
    'polars==2.1.0',
    'plotly==7.1.0',
    'lightgbm==4.7.0',
    'pytest==9.2.0',
    'pytest-timeout==2.4.0',
    'pytest-asyncio==1.5.0',
    'psutil==7.2.2',
    ...more
  ]);
