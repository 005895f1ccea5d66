// The tests that go with an export: the steps run one after another, and the DAG is wired as the notebook is.
import { docstring, list } from '../python/layout.ts';
import { freeIdentifier } from '../python/identifiers.ts';
import type { Plan, PlannedStep } from '../python/plan.ts';

export function testFile(plan: Plan): string {
  const { slug, steps, modules } = plan;
  const logs = modules.includes('mlflow');
  const names = new Map(
    steps.map(step => [
      step.name,
      freeIdentifier(step.name, '_out', new Set(['steps', 'pytest', 'mlflow']))
    ])
  );
  return `${docstring([`Run with \`pytest\` in the folder above; the DAG's own test needs Airflow.`], 0)}

import runpy
from pathlib import Path

${logs ? 'import mlflow\n' : ''}import pytest

from ${slug} import steps

DAG_FILE = Path(__file__).resolve().parents[1] / "dags" / "${slug}.py"

${logs ? LOGS : ''}
def test_the_steps_run_one_after_another():
${steps.map(step => runStep(step, names)).join('\n')}


def test_the_dag_is_wired_as_the_notebook():
    pytest.importorskip("airflow.sdk")
    dag = runpy.run_path(str(DAG_FILE))["${slug}"]()
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
${steps.map(upstream).join('\n')}
    }
`;
}

const LOGS = `
@pytest.fixture(autouse=True)
def mlflow_in_a_folder(tmp_path, monkeypatch):
    """What the steps log goes to a folder of the test."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "mlruns").as_uri())

`;

function runStep(step: PlannedStep, names: Map<string, string>): string {
  const name = names.get(step.name)!;
  const values = step.inputs.map(
    input => `${input.name}=${names.get(input.from)}["${input.name}"]`
  );
  const returned = step.returns.map(each => `"${each}"`);
  return [
    list(4, `${name} = steps.${step.functionName}(`, values, ')'),
    returned.length > 0
      ? list(4, `assert set(${name}) == {`, returned, '}')
      : `    assert ${name} == {}`
  ].join('\n');
}

function upstream(step: PlannedStep): string {
  const before = [...new Set([...step.inputs.map(each => each.from), ...step.after])].map(
    name => `"${name}"`
  );
  return before.length > 0
    ? `${list(8, `"${step.name}": {`, before, '}')},`
    : `        "${step.name}": set(),`;
}
