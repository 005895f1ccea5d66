// The rungs of the mission's three levels, and the stored fact that reaches each. Nothing is ticked by hand, and what
// Stepladder cannot do yet is a rung that nothing reaches.
import { basename } from 'node:path';
import type { Rung } from '../contract/levels.ts';
import { type Facts, MOST } from './facts.ts';

type Evidence = NonNullable<Rung['evidence']>;
type Kind = NonNullable<Evidence['link']>['kind'];

export interface RungRule {
  id: string;
  level: Rung['level'];
  title: string;
  /** The fact that reaches it. */
  prove?(facts: Facts): Evidence | undefined;
  /** What to do to reach it, and the command that does it; absent where the product cannot yet. */
  todo?(facts: Facts): { text: string; command: string };
}

const evidence = (text: string, kind?: Kind, id?: string): Evidence =>
  kind && id !== undefined ? { text, link: { kind, id } } : { text };

export const RUNGS: readonly RungRule[] = [
  {
    id: 'L0.1',
    level: '0',
    title: 'Each execution of a notebook is recorded',
    prove: ({ recorded: { runs, notebooks, newest } }) =>
      newest &&
      evidence(`${count(runs, 'run')} of ${count(notebooks, 'notebook')}`, 'runs', newest.runId),
    todo: () => ({
      text: 'Open the example in JupyterLab and run all its cells; the run shows in the sidebar without a line of code',
      command: 'npm start'
    })
  },
  {
    id: 'L0.2a',
    level: '0',
    title: 'The chosen model is in the registry',
    prove({ models }) {
      const versions = models.reduce((sum, { all }) => sum + all.length, 0);
      const latest = models
        .flatMap(({ all }) => all)
        .sort((a, b) => b.createdTime - a.createdTime)[0];
      if (!latest) return undefined;
      const text = `${count(models.length, 'model')}, ${count(versions, 'version')}; the newest is ${latest.model} v${latest.version}`;
      return evidence(text, 'model', latest.model);
    },
    todo: ({ recorded: { withModel } }) =>
      withModel !== undefined
        ? {
            text: 'A run has logged a model: register it, here or from the run in the sidebar',
            command: `stepladder register NAME ${withModel}`
          }
        : {
            text: 'Log the model where the notebook trains it, then register it from the run',
            command: 'stepladder.log_model(model, "model")'
          }
  },
  {
    id: 'L0.2b',
    level: '0',
    title: 'A model of the registry was deployed',
    prove({ endpoints }) {
      const endpoint = running(endpoints)[0] ?? endpoints[0];
      if (!endpoint) return undefined;
      const doing = endpoint.state === 'stopped' ? 'served' : 'serves';
      return evidence(`${endpoint.name} ${doing} ${served(endpoint)}`, 'endpoint', endpoint.name);
    },
    todo: facts => deployTodo(facts)
  },
  {
    id: 'L1.1',
    level: '1',
    title: 'The experiment runs as one pipeline of steps',
    prove({ pipelineRuns }) {
      const done = pipelineRuns.find(({ state }) => state === 'done');
      if (!done) return undefined;
      const cached = done.steps.filter(({ state }) => state === 'cached').length;
      const text = `${done.pipeline}: ${count(done.steps.length, 'step')} done${cached > 0 ? `, ${cached} of them unchanged` : ''}`;
      return evidence(text, 'pipeline-run', done.pipelineRunId);
    },
    todo: facts => ({
      text: 'Run the notebook as a pipeline: each step in its own process, unchanged ones not again',
      command: `stepladder run ${notebookOf(facts)}`
    })
  },
  {
    id: 'L1.2',
    level: '1',
    title: "The pipeline's source is versioned and can be brought back",
    prove: ({ captured }) =>
      captured &&
      evidence(
        `${basename(captured.path)} ${captured.latest.version}, commit ${captured.latest.commit.slice(0, 7)}`,
        'versions',
        captured.path
      ),
    todo: facts => ({
      text: 'Capture the notebook: an immutable version of its steps, params and environment, kept in git',
      command: `stepladder capture ${notebookOf(facts)}`
    })
  },
  {
    id: 'L1.3',
    level: '1',
    title: 'The steps are modular code, packaged for an orchestrator',
    prove({ exports }) {
      const last = exports[0];
      return (
        last &&
        evidence(`${basename(last.notebook)} exported to ${last.target}`, 'export', last.notebook)
      );
    },
    todo: facts => ({
      text: 'Export the notebook: one function a step, a DAG that only wires them, requirements and a test',
      command: `stepladder export ${notebookOf(facts)} --target airflow --out dags/`
    })
  },
  {
    id: 'L1.4',
    level: '1',
    title: 'Development and production share code and environment',
    prove: ({ captured }) =>
      captured && captured.packages > 0
        ? evidence(
            `${captured.latest.version} is locked to ${count(captured.packages, 'package')}`,
            'versions',
            captured.path
          )
        : undefined,
    todo: facts => ({
      text: 'Capture the notebook again while its kernel is installed here, so that its packages are locked with it',
      command: `stepladder capture ${notebookOf(facts)}`
    })
  },
  {
    id: 'L1.5',
    level: '1',
    title: 'The pipeline runs again by itself and serves its newest good model'
  },
  {
    id: 'L1.6',
    level: '1',
    title: 'Predictions are served from the registry, by alias',
    prove({ endpoints }) {
      const endpoint = running(endpoints).find(({ alias }) => alias !== undefined);
      if (!endpoint) return undefined;
      const text = `${endpoint.model}@${endpoint.alias} answers with v${endpoint.version} at ${endpoint.url}, ${count(endpoint.requests, 'request')}`;
      return evidence(text, 'endpoint', endpoint.name);
    },
    todo: facts => deployTodo(facts)
  },
  { id: 'L1.7', level: '1', title: 'The live model is monitored, and a change sets off a trigger' },
  { id: 'L1.8', level: '1', title: 'Features are found, reused and served from a feature store' },
  {
    id: 'L1.9',
    level: '1',
    title: 'Which pipeline ran when, with which params, and which model was chosen, is on record',
    prove({ pipelineRuns, models }) {
      const tracked = pipelineRuns.filter(({ runId }) => runId !== undefined);
      const moves = models.flatMap(({ name, moves }) => moves.map(move => ({ name, ...move })));
      if (!tracked[0] || !moves[0]) return undefined;
      return evidence(
        `${count(tracked.length, 'pipeline run', MOST)}, ${count(moves.length, 'promotion')}`,
        'model',
        moves[0].name
      );
    },
    todo: facts =>
      facts.pipelineRuns.length === 0
        ? {
            text: 'Run the notebook as a pipeline, so that its params and metrics are on record',
            command: `stepladder run ${notebookOf(facts)}`
          }
        : promoteTodo(facts)
  },
  {
    id: 'L1.10',
    level: '1',
    title: 'The pipeline is triggered by schedule, new data, worse performance or drift'
  },
  {
    id: 'L2.1',
    level: '2',
    title: 'New algorithms are tried in orchestrated steps, their source pushed to a repository'
  },
  { id: 'L2.2', level: '2', title: 'Each push builds, tests and packages the pipeline' },
  { id: 'L2.3', level: '2', title: 'The packages are delivered to test, staging and production' },
  {
    id: 'L2.4',
    level: '2',
    title: 'The delivered pipeline runs there and registers tested models'
  },
  { id: 'L2.5', level: '2', title: 'Its models are deployed by themselves' },
  { id: 'L2.6', level: '2', title: 'Live data is monitored; a change retrains or rolls back' }
];

const running = (endpoints: Facts['endpoints']) =>
  endpoints.filter(({ state }) => state !== 'stopped' && state !== 'starting');

const served = ({ model, version }: Facts['endpoints'][number]) =>
  version ? `${model} v${version}` : model;

function deployTodo(facts: Facts) {
  const promoted = facts.models.find(({ champion }) => champion);
  if (!promoted) return promoteTodo(facts);
  return {
    text: `Deploy the champion of ${promoted.name}; promoting another version then switches it without a failed request`,
    command: `stepladder deploy ${promoted.name}@champion`
  };
}

function promoteTodo({ models }: Facts) {
  const latest = models.find(({ latest }) => latest)?.latest;
  return {
    text: 'Promote a version to champion; what changes is shown before',
    command: `stepladder promote ${latest?.model ?? 'MODEL'} ${latest?.version ?? 'VERSION'}`
  };
}

/** The notebook that is worked on: the one that ran last. */
function notebookOf({ recorded, captured }: Facts): string {
  const path = recorded.newest?.notebook ?? captured?.path ?? 'examples/flights.ipynb';
  return /\s/.test(path) ? `"${path}"` : path;
}

/** @param most as many as were looked at: there may be more. */
function count(number: number, noun: string, most = Infinity): string {
  const more = number >= most ? ' or more' : '';
  return `${number.toLocaleString('en')}${more} ${noun}${number === 1 ? '' : 's'}`;
}
