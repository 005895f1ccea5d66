"""The steps of order.ipynb: plain functions, one a step.

Each takes the values and parameters that it needs, and gives back its results by name.
"""

from typing import Any

import tempfile
from pathlib import Path


def folder() -> dict[str, Any]:
    """Folder.

    Cell 2 of the notebook.
    """
    folder = Path(tempfile.gettempdir(), "stepladder-order")
    folder.mkdir(exist_ok=True)
    return {"folder": folder}


def step(folder: Any) -> dict[str, Any]:
    """Step.

    Cell 3 of the notebook.
    """
    Path(folder, "numbers.txt").write_text("1 2 3")
    return {}


def numbers(folder: Any) -> dict[str, Any]:
    """Numbers.

    Cell 4 of the notebook.
    """
    numbers = Path(folder, "numbers.txt").read_text().split()
    return {"numbers": numbers}
