"""Run with `pytest` in the folder above; the DAG's own test needs Airflow."""

import runpy
from pathlib import Path

import pytest

from closures import steps

DAG_FILE = Path(__file__).resolve().parents[1] / "dags" / "closures.py"


def test_the_steps_run_one_after_another():
    make_readings = steps.make_readings()
    assert set(make_readings) == {"kept"}
    scale = steps.scale(kept=make_readings["kept"])
    assert set(scale) == {"count", "scaled"}
    max_out = steps.max_step(
        count=scale["count"],
        kept=make_readings["kept"],
        scaled=scale["scaled"],
    )
    assert set(max_out) == {"datetime", "max", "mean", "result"}


def test_the_dag_is_wired_as_the_notebook():
    pytest.importorskip("airflow.sdk")
    dag = runpy.run_path(str(DAG_FILE))["closures"]()
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
        "make_readings": set(),
        "scale": {"make_readings"},
        "max": {"scale", "make_readings"},
    }
