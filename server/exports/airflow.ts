// A notebook's pipeline as an Airflow 3 project: plain functions, and a TaskFlow DAG that only wires them.
import { problem } from '../contract/problem.ts';
import { dagFile } from './airflow/dag.ts';
import { readmeFile } from './airflow/readme.ts';
import { storageFile } from './airflow/storage.ts';
import { testFile } from './airflow/test-file.ts';
import type { Exporter } from './exporter.ts';
import { planPython } from './python/plan.ts';
import { requirementsOf } from './python/requirements.ts';
import { stepsFile } from './python/steps-file.ts';

export const airflow: Exporter = {
  target: 'airflow',
  export(pipeline, context) {
    if (pipeline.language !== 'python') {
      throw problem(
        'invalid_code',
        `Airflow runs Python; "${context.file}" is a ${pipeline.language} notebook`,
        {
          remedy: 'Export a Python notebook, or run this one with "stepladder run"'
        }
      );
    }
    const plan = planPython(pipeline, context);
    const { slug } = plan;
    const requirements = requirementsOf(plan.modules, context.environment);
    return {
      files: [
        { path: `dags/${slug}.py`, content: dagFile(plan) },
        { path: `${slug}/__init__.py`, content: '' },
        { path: `${slug}/steps.py`, content: stepsFile(plan) },
        { path: `${slug}/storage.py`, content: storageFile(plan) },
        { path: `tests/test_${slug}.py`, content: testFile(plan) },
        {
          path: 'conftest.py',
          content: '"""Here so that pytest finds the package beside it."""\n'
        },
        { path: 'requirements.txt', content: requirements.lines.map(line => `${line}\n`).join('') },
        { path: '.airflowignore', content: `${slug}/\ntests/\n` },
        { path: 'README.md', content: readmeFile(plan) }
      ],
      notes: [...plan.notes, ...requirements.notes]
    };
  }
};
