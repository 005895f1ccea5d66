// The DAG: one task a step, wired by the values they hand on. The steps are imported inside of tasks, so that parsing stays cheap.
import { docstring, list } from '../python/layout.ts';
import { freeIdentifier } from '../python/identifiers.ts';
import type { PlannedParameter } from '../python/parameters.ts';
import type { Plan, PlannedStep } from '../python/plan.ts';

/** Names that the file itself uses, or that Airflow hands to a task of its own accord. */
const RESERVED = new Set(
  (
    'Any Param Path dag datetime params steps storage sys task timedelta conn conf dag_run data_interval_end data_interval_start ' +
    'ds ds_nodash exception inlet_events inlets logical_date macros map_index_template outlet_events outlets prev_data_interval_end_success ' +
    'prev_data_interval_start_success prev_end_date_success prev_start_date_success reason run_id start_date_success task_instance ' +
    'task_instance_key_str task_reschedule_count templates_dict test_mode ti triggering_asset_events try_number ts ts_nodash ' +
    'ts_nodash_with_tz var'
  ).split(' ')
);

export function dagFile(plan: Plan): string {
  const { slug, file, steps } = plan;
  const params = plan.params.filter(param => param.jsonType !== undefined);
  const names = new Map(
    steps.map(step => [step.name, freeIdentifier(step.name, '_task', RESERVED)])
  );
  const out = new Map(steps.map(step => [step.name, `${names.get(step.name)}_out`]));
  const settings = [
    ...(slug === steps[0]?.name ? [`dag_id="${slug}"`] : []),
    'schedule=None',
    'start_date=datetime(2026, 1, 1)',
    'default_args={"retries": 1, "retry_delay": timedelta(seconds=10)}',
    ...(params.length > 0
      ? [list(0, 'params={', params.map(dagParam), '}').replace(/^params=\{(?=[^\n])/, 'params={')]
      : []),
    'doc_md=__doc__',
    'tags=["notebook"]'
  ];
  return `${docstring([`The notebook ${file} as a DAG. It only wires; the work is in ${slug}/steps.py.`], 0)}

import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import ${params.length > 0 ? 'Param, ' : ''}dag, task

# The package \`${slug}\` lies beside this folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


${list(0, '@dag(', settings, ')')}
def ${slug}():
${steps.map(step => taskFunction(step, names.get(step.name)!, slug)).join('\n\n')}

${steps.map(step => call(step, plan, names, out)).join('\n')}${ordering(steps, out)}


${slug}()
`;
}

function dagParam({ name, source, jsonType }: PlannedParameter): string {
  const type = jsonType === 'any' ? '["null", "boolean", "number", "string"]' : `"${jsonType}"`;
  return `"${name}": Param(${source}, type=${type})`;
}

function taskFunction(step: PlannedStep, name: string, slug: string): string {
  const given = step.params.filter(param => param.jsonType !== undefined);
  const inputs = step.inputs.map(input => ({
    ...input,
    path: freeIdentifier(input.name, '_path', RESERVED)
  }));
  const head = [
    ...inputs.map(input => `${input.path}: str`),
    ...(given.length > 0 ? ['params=None'] : [])
  ];
  const values = [
    ...inputs.map(input => `${input.name}=storage.load(${input.path})`),
    ...given.map(param => `${param.name}=params["${param.name}"]`)
  ];
  return [
    name === step.name ? '    @task' : `    @task(task_id="${step.name}")`,
    list(4, `def ${name}(`, head, `) -> ${step.isTaken ? 'dict[str, str]' : 'None'}:`),
    `        from ${slug} import steps, storage`,
    '',
    list(8, 'results = steps.' + `${step.functionName}(`, values, ')'),
    step.isTaken ? '        return storage.save(results)' : '        storage.keep(results)'
  ].join('\n');
}

function call(
  step: PlannedStep,
  { steps }: Plan,
  names: Map<string, string>,
  out: Map<string, string>
): string {
  const values = step.inputs.map(({ name, from }) => `${out.get(from)}["${name}"]`);
  const isNamed =
    step.isTaken || step.after.length > 0 || steps.some(each => each.after.includes(step.name));
  return list(
    4,
    `${isNamed ? `${out.get(step.name)} = ` : ''}${names.get(step.name)}(`,
    values,
    ')'
  );
}

function ordering(steps: PlannedStep[], out: Map<string, string>): string {
  const lines = steps.flatMap(step =>
    step.after.length === 0
      ? []
      : [
          step.after.length === 1
            ? `    ${out.get(step.after[0]!)} >> ${out.get(step.name)}`
            : `${list(
                4,
                '[',
                step.after.map(name => out.get(name)!),
                ']'
              )} >> ${out.get(step.name)}`
        ]
  );
  return lines.length > 0
    ? `\n\n    # Only the order matters here, no value crosses.\n${lines.join('\n')}`
    : '';
}
