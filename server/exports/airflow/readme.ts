// What a person needs who finds the exported folder: how to test it, to run it, and where things are set.
import type { Plan } from '../python/plan.ts';

export function readmeFile({ slug, file, params, modules, notes }: Plan): string {
  const given = params.filter(param => param.jsonType !== undefined);
  const example = given[0] ? ` --conf '{"${given[0].name}": ...}'` : '';
  return `# ${slug}

An Airflow 3 project made from the notebook \`${file}\`.

| | |
|---|---|
| \`${slug}/steps.py\` | the work: one plain function a step |
| \`dags/${slug}.py\` | the DAG, which only wires the steps |
| \`${slug}/storage.py\` | where values lie between tasks |
| \`tests/\` | \`pip install -r requirements.txt pytest\`, then \`pytest\` |

## Run it

Make this folder a DAG bundle, or copy \`dags/${slug}.py\` and \`${slug}/\` into the DAGs folder; the workers need what
\`requirements.txt\` lists.

    airflow dags test ${slug}
    airflow dags trigger ${slug}${example}

## Settings

- Values between tasks are files below \`$AIRFLOW_HOME/storage\`. With more than one worker set the Airflow Variable
  \`${slug}_storage\` to a folder that all of them see, or to a bucket.
${given.length > 0 ? `- Params: ${given.map(param => `\`${param.name}\` (${param.source.split('\n')[0]})`).join(', ')}.\n` : ''}${
    modules.includes('mlflow')
      ? '- The steps log to the MLflow server that `MLFLOW_TRACKING_URI` names.\n'
      : ''
  }- Files that a step reads or writes by a relative path are looked for in the worker's folder.
${notes.length > 0 ? `\n## Left out\n\n${notes.map(note => `- ${note}.\n`).join('')}` : ''}`;
}
