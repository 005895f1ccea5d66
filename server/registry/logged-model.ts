// Which of a run's logged models is meant.
import { problem } from '../contract/problem.ts';
import type { RunSummary } from '../contract/tracking.ts';

/** @param asked a name or an `m-…` id; not needed when there is one. */
export function chooseLoggedModel(
  run: Pick<RunSummary, 'name' | 'models'>,
  asked?: string
): { modelId: string } {
  const names = run.models.map(({ name }) => `"${name}"`).join(', ');
  if (run.models.length === 0) {
    throw problem('no_model_in_run', `The run "${run.name}" has logged no model`, {
      remedy:
        'Log one in the notebook, e.g. stepladder.log_model(model, "model") or mlflow.sklearn.log_model(model, name="model"), and run it again'
    });
  }
  if (asked === undefined) {
    if (run.models.length === 1) return run.models[0]!;
    throw problem(
      'no_model_in_run',
      `The run "${run.name}" has logged ${run.models.length} models: ${names}`,
      {
        remedy: 'Say which one to register'
      }
    );
  }
  // The same name may have been logged twice; the later one is meant.
  const chosen = run.models.findLast(({ modelId, name }) => modelId === asked || name === asked);
  if (chosen) return chosen;
  throw problem('no_model_in_run', `The run "${run.name}" has no logged model "${asked}"`, {
    remedy: `It has ${names}`
  });
}
