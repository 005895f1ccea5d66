"""The steps of closures.ipynb: plain functions, one a step.

Each takes the values and parameters that it needs, and gives back its results by name.
"""

from typing import Any

import builtins
import statistics
from dataclasses import dataclass
from datetime import datetime

limits = [1, 9]


# A point in time.
@dataclass
class Reading:
    at: int
    value: float

    def scaled(self, rate):
        return self.value * rate


def mean_of(readings):
    """Uses nothing of the notebook, so it can stand on its own."""
    return statistics.mean(each.value for each in readings)


def make_readings(*, limits: list = limits) -> dict[str, Any]:
    """Make readings.

    Each second one is large.

    Cell 5 of the notebook.
    """

    def within(reading):
        return limits[0] <= reading.value <= limits[1]

    readings = [Reading(i, float(i % 12)) for i in range(40)]
    kept = [each for each in readings if within(each)]
    return {"kept": kept}


def scale(kept: Any, *, rate: float = 0.5) -> dict[str, Any]:
    """Scale.

    Cell 6 of the notebook.
    """
    count = 0

    def scale(reading):
        nonlocal count
        count += 1
        return reading.scaled(rate)

    scaled = [scale(each) for each in kept]
    return {"count": count, "scaled": scaled}


def max_step(
    count: Any,
    kept: Any,
    scaled: Any,
    *,
    label: str = "007",
) -> dict[str, Any]:
    """Max.

    Cell 7 of the notebook.
    """
    from datetime import datetime

    max = builtins.max

    max = max(scaled)
    datetime = datetime(2026, 1, 1).year
    mean = mean_of(kept)
    result = f"{label}: {max} {mean} {count}"
    print(result)
    return {"datetime": datetime, "max": max, "mean": mean, "result": result}
