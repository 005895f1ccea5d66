"""Log params, metrics, files and models from a notebook or a script to your Stepladder server.

    import stepladder

    stepladder.log_param("rounds", 100)
    stepladder.log_metric("accuracy", 0.93)

Needs the standard library only, and never slows or breaks the code that calls it: what is logged goes into a queue that a
thread of its own delivers; while the server is away it waits on the disk and arrives, once, when the server is back.
In a notebook everything goes to the notebook's current run; a script has a run of its own.
"""

from .verbs import (
    flush,
    log_artifact,
    log_metric,
    log_metrics,
    log_model,
    log_param,
    log_params,
    set_tag,
)

__all__ = [
    "flush",
    "log_artifact",
    "log_metric",
    "log_metrics",
    "log_model",
    "log_param",
    "log_params",
    "set_tag",
]


def _jupyter_server_extension_points():
    # By name, so that a kernel that imports this package does not load the Jupyter server's side.
    return [{"module": "stepladder.server_extension"}]
