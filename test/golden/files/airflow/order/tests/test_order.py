"""Run with `pytest` in the folder above; the DAG's own test needs Airflow."""

import runpy
from pathlib import Path

import pytest

from order import steps

DAG_FILE = Path(__file__).resolve().parents[1] / "dags" / "order.py"


def test_the_steps_run_one_after_another():
    folder = steps.folder()
    assert set(folder) == {"folder"}
    step = steps.step(folder=folder["folder"])
    assert step == {}
    numbers = steps.numbers(folder=folder["folder"])
    assert set(numbers) == {"numbers"}


def test_the_dag_is_wired_as_the_notebook():
    pytest.importorskip("airflow.sdk")
    dag = runpy.run_path(str(DAG_FILE))["order"]()
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
        "folder": set(),
        "step": {"folder"},
        "numbers": {"folder", "step"},
    }
