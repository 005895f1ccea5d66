"""Run with `pytest` in the folder above; the DAG's own test needs Airflow."""

import runpy
from pathlib import Path

import pytest

from named import steps

DAG_FILE = Path(__file__).resolve().parents[1] / "dags" / "named.py"


def test_the_steps_run_one_after_another():
    load = steps.load()
    assert set(load) == {"data"}
    lambda_out = steps.lambda_step(data=load["data"])
    assert set(lambda_out) == {"keys", "total"}
    print_out = steps.print_step(keys=lambda_out["keys"], total=lambda_out["total"])
    assert set(print_out) == {"report"}


def test_the_dag_is_wired_as_the_notebook():
    pytest.importorskip("airflow.sdk")
    dag = runpy.run_path(str(DAG_FILE))["named"]()
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
        "load": set(),
        "lambda": {"load"},
        "print": {"lambda"},
    }
