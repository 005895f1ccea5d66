"""The notebook named.ipynb as a DAG. It only wires; the work is in named/steps.py."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import dag, task

# The package `named` lies beside this folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1),
    default_args={"retries": 1, "retry_delay": timedelta(seconds=10)},
    doc_md=__doc__,
    tags=["notebook"],
)
def named():
    @task
    def load() -> dict[str, str]:
        from named import steps, storage

        results = steps.load()
        return storage.save(results)

    @task(task_id="lambda")
    def lambda_task(data: str) -> dict[str, str]:
        from named import steps, storage

        results = steps.lambda_step(data=storage.load(data))
        return storage.save(results)

    @task(task_id="print")
    def print_task(keys: str, total: str) -> None:
        from named import steps, storage

        results = steps.print_step(keys=storage.load(keys), total=storage.load(total))
        storage.keep(results)

    load_out = load()
    lambda_task_out = lambda_task(load_out["data"])
    print_task(lambda_task_out["keys"], lambda_task_out["total"])


named()
