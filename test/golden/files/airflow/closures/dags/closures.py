"""The notebook closures.ipynb as a DAG. It only wires; the work is in closures/steps.py."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import Param, dag, task

# The package `closures` lies beside this folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1),
    default_args={"retries": 1, "retry_delay": timedelta(seconds=10)},
    params={
        "rate": Param(0.5, type="number"),
        "limits": Param([1, 9], type="array"),
        "label": Param("007", type="string"),
        "nothing": Param(None, type=["null", "boolean", "number", "string"]),
    },
    doc_md=__doc__,
    tags=["notebook"],
)
def closures():
    @task
    def make_readings(params=None) -> dict[str, str]:
        from closures import steps, storage

        results = steps.make_readings(limits=params["limits"])
        return storage.save(results)

    @task
    def scale(kept: str, params=None) -> dict[str, str]:
        from closures import steps, storage

        results = steps.scale(kept=storage.load(kept), rate=params["rate"])
        return storage.save(results)

    @task(task_id="max")
    def max_task(count: str, kept: str, scaled: str, params=None) -> None:
        from closures import steps, storage

        results = steps.max_step(
            count=storage.load(count),
            kept=storage.load(kept),
            scaled=storage.load(scaled),
            label=params["label"],
        )
        storage.keep(results)

    make_readings_out = make_readings()
    scale_out = scale(make_readings_out["kept"])
    max_task(scale_out["count"], make_readings_out["kept"], scale_out["scaled"])


closures()
