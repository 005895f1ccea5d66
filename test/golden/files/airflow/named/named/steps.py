"""The steps of named.ipynb: plain functions, one a step.

Each takes the values and parameters that it needs, and gives back its results by name.
"""

from typing import Any

import json

display = print  # Outside of a notebook.


def load() -> dict[str, Any]:
    """Load.

    Cells 1, 2 of the notebook.
    """
    text = """{
  "b": 2,
    "a": [1, 2]
}"""
    data = json.loads(text)
    return {"data": data}


def lambda_step(data: Any) -> dict[str, Any]:
    """Sort.

    Keys in order.

    Cells 4, 6 of the notebook.
    """
    keys = sorted(data)
    print(keys)

    # and count
    total = 0
    for key in keys:
        # Comments stay.
        total += 1
    return {"keys": keys, "total": total}


def print_step(keys: Any, total: Any) -> dict[str, Any]:
    """Print.

    Cell 7 of the notebook.
    """
    report = {"keys": keys, "total": total}
    display(report)
    return {"report": report}
