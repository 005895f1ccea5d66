"""Values between tasks: a file each, in a folder of the DAG run. Only their paths go through XCom.

The Airflow Variable `flights_storage` says where: a folder that every worker sees, or a
bucket (`s3://...`) when the provider for it is installed.
"""

import logging
import os
import pickle
import re
from pathlib import Path
from typing import Any

from airflow.sdk import ObjectStoragePath, Variable, get_current_context

log = logging.getLogger(__name__)


def save(values: dict[str, Any]) -> dict[str, str]:
    """Stores what later tasks take; gives back the path of each value."""
    return {name: _write(name, value) for name, value in values.items()}


def keep(results: dict[str, Any]) -> None:
    """Stores what no task takes, for people to look at; what cannot be pickled is left out."""
    for name, value in results.items():
        try:
            log.info("%s is in %s", name, _write(name, value))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            log.warning("%s was not kept: %s", name, error)


def load(path: str) -> Any:
    return pickle.loads(ObjectStoragePath(path).read_bytes())


def _write(name: str, value: Any) -> str:
    data = pickle.dumps(value, protocol=5)
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.pickle"
    path.write_bytes(data)
    return str(path)


def _folder() -> ObjectStoragePath:
    """Of this task in this DAG run, so that a retry writes what it wrote before."""
    context = get_current_context()
    home = Path(os.environ.get("AIRFLOW_HOME", "~/airflow")).expanduser()
    root = Variable.get("flights_storage", default=(home / "storage").as_uri())
    run = re.sub(r"[^\w.-]", "_", context["run_id"])
    return ObjectStoragePath(root) / "flights" / run / context["ti"].task_id
