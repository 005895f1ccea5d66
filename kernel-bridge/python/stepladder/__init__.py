"""Log params, metrics, files and models from a notebook or a script to your Stepladder server.

    import stepladder

    with stepladder.start_run(name="deep", params={"rounds": 100}):
        stepladder.log_metric("accuracy", 0.93)

Needs the standard library only, and never slows or breaks the code that calls it: what is logged goes into a queue that a
thread of its own delivers; while the server is away it waits on the disk and arrives, once, when the server is back.
Without `start_run` a notebook logs to its current run, and a script to a run of its own.
"""

from .autologging import autolog
from .runs import Run, active_run, end_run, start_run
from .verbs import (
    flush,
    log_artifact,
    log_artifacts,
    log_dict,
    log_figure,
    log_metric,
    log_metrics,
    log_model,
    log_param,
    log_params,
    log_text,
    set_tag,
    set_tags,
)

__all__ = [
    "Run",
    "active_run",
    "autolog",
    "end_run",
    "flush",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_metric",
    "log_metrics",
    "log_model",
    "log_param",
    "log_params",
    "log_text",
    "set_tag",
    "set_tags",
    "start_run",
]


def _jupyter_server_extension_points():
    # By name, so that a kernel that imports this package does not load the Jupyter server's side.
    return [{"module": "stepladder.server_extension"}]
