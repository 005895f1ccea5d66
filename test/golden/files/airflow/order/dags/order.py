"""The notebook order.ipynb as a DAG. It only wires; the work is in order/steps.py."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import dag, task

# The package `order` lies beside this folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1),
    default_args={"retries": 1, "retry_delay": timedelta(seconds=10)},
    doc_md=__doc__,
    tags=["notebook"],
)
def order():
    @task
    def folder() -> dict[str, str]:
        from order import steps, storage

        results = steps.folder()
        return storage.save(results)

    @task
    def step(folder: str) -> None:
        from order import steps, storage

        results = steps.step(folder=storage.load(folder))
        storage.keep(results)

    @task
    def numbers(folder: str) -> None:
        from order import steps, storage

        results = steps.numbers(folder=storage.load(folder))
        storage.keep(results)

    folder_out = folder()
    step_out = step(folder_out["folder"])
    numbers_out = numbers(folder_out["folder"])

    # Only the order matters here, no value crosses.
    step_out >> numbers_out


order()
