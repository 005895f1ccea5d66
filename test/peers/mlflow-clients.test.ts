// MLflow's own tests of what stands in front of a server: the fluent calls and the client, images, figures and files, the
// registry's fluent calls, prompts, autologging. Half an hour, most of it fits whose packages a process looks for.
import { describe, expect, test } from 'vitest';
import { isAtHand, runMlflowSuite } from './mlflow-suite.ts';

const PATIENCE = 90 * 60_000;
const PROMPTS = 'tests/genai/prompts/test_prompts.py';

interface Part {
  name: string;
  files: string[];
  /** What they import besides, pinned. */
  needs?: string[];
  /** Fewer have passed only where something is wrong. */
  least: number;
}

const parts: Part[] = [
  { name: 'fluent calls', files: ['tests/tracking/fluent/test_fluent.py'], least: 115 },
  {
    name: 'images, figures, files',
    files: [
      'tests/tracking/test_log_image.py',
      'tests/tracking/test_log_figure.py',
      'tests/artifacts/test_artifacts.py'
    ],
    least: 80
  },
  { name: 'runs from end to end', files: ['tests/tracking/test_tracking.py'], least: 85 },
  {
    name: 'registry, services, metrics of the system',
    files: [
      'tests/tracking/_model_registry',
      'tests/tracking/_tracking_service',
      'tests/tracking/test_artifact_utils.py',
      'tests/system_metrics'
    ],
    least: 155
  },
  { name: 'prompts', files: [PROMPTS], least: 65 },
  { name: 'client', files: ['tests/tracking/test_client.py'], least: 135 },
  {
    name: 'autologging',
    files: ['tests/lightgbm/test_lightgbm_autolog.py', 'tests/sklearn/test_sklearn_autolog.py'],
    least: 200
  },
  {
    name: 'autologging of XGBoost',
    files: ['tests/xgboost/test_xgboost_autolog.py'],
    needs: ['xgboost==3.2.0'],
    least: 40
  }
];

/** Nothing that a tracking server for classic machine learning is asked for. */
const LEFT_OUT: Record<string, string[]> = {
  'traces of language models: this server answers at once that it has none': [
    'tests/tracking/fluent/test_fluent.py::test_set_active_model_link_traces',
    ...[
      'test_start_and_end_trace[',
      'test_start_trace_within_active_run',
      'test_search_traces_experiment_ids_deprecation_warning',
      'test_set_and_delete_trace_tag_on_active_trace',
      'test_delete_trace_tag_on_active_trace',
      'test_ignore_exception_from_tracing_logic'
    ].map(name => `tests/tracking/test_client.py::${name}`),
    ...[
      'test_concurrent_prompt_linking_to_run_and_trace',
      'test_load_prompt_with_tracing_multiple_prompts',
      'test_load_prompt_with_tracing_nested_spans',
      'test_load_prompt_with_tracing_single_prompt'
    ].map(name => `${PROMPTS}::${name}`)
  ],
  'calls the insides of a client older than the one that runs it': [
    'test_prompt_cache_custom_ttl',
    'test_prompt_cache_invalidation',
    'test_register_prompt_invalidates_latest_cache',
    'test_set_prompt_alias_invalidates_alias_cache'
  ].map(name => `${PROMPTS}::${name}`),
  'issues found in traces': [
    'tests/tracking/test_client.py::test_create_issue_basic',
    'tests/tracking/test_client.py::test_create_issue_with_all_fields'
  ],
  'asks of which Python class the store is': [
    'tests/tracking/test_client.py::test_log_spans_and_get_trace_with_sqlalchemy_store',
    'tests/tracking/test_client.py::test_mlflow_get_trace_with_sqlalchemy_store'
  ],
  'a location relative to the working folder of the test, which a server does not know': [
    'tests/artifacts/test_artifacts.py::test_artifact_logging_resolution_works_with_non_root_working_directory'
  ],
  'installs an older MLflow that writes into a database itself': [
    'tests/tracking/_model_registry/test_model_registry_fluent.py::test_register_model_with_2_x_model'
  ]
};

describe.runIf(isAtHand)('MLflow’s own tests pass', () => {
  test.each(parts)(
    '$name',
    async ({ files, needs, least }) => {
      const without = Object.values(LEFT_OUT)
        .flat()
        .filter(name => files.some(file => name.startsWith(file)));
      const { passed, faults } = await runMlflowSuite({ files, needs, without });
      expect(faults).toEqual([]);
      expect(passed).toBeGreaterThanOrEqual(least);
    },
    PATIENCE
  );
});
