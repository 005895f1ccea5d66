"""The logging verbs, each with what it takes and when it fails."""

import json
import math
import os
import tempfile
import time

from .keys import checked_key, checked_model_name


def log_param(key, value):
    """
    Logs one param of the run: an input that you chose, such as a learning rate.

    key: text of at most 250 letters, digits, spaces and `_ - . : /`. value: anything; its `str()` is kept, at most 6,000
    characters. A param belongs to the whole run: the last value of a key is kept, as when a cell is run again.
    Raises TypeError when `key` is not text, ValueError when it is no such name. Returns nothing, at once.
    """
    log_params({key: value})


def log_params(params):
    """
    Logs several params: a mapping of key to value, each as in `log_param`.

    >>> log_params({"rounds": 100, "rate": 0.1})
    """
    _log(params={checked_key(key): str(value) for key, value in dict(params).items()})


def log_metric(key, value, step=None, timestamp=None):
    """
    Logs one value of a metric: something that was measured, such as accuracy, or a loss in a loop.

    key: as in `log_param`. value: a number without unit conversion, NaN and infinities included (anything that
    `float()` takes, NumPy scalars too). step: the whole number on the x-axis; without one 0, 1, 2 … for each key, so that a
    metric logged in a loop draws a curve. timestamp: UTC milliseconds; now when not given.
    Raises TypeError or ValueError when the key is not text or the value not a number. Returns nothing, at once.
    """
    log_metrics({key: value}, step, timestamp)


def log_metrics(metrics, step=None, timestamp=None):
    """
    Logs several metrics at the same step: a mapping of key to number, each as in `log_metric`.

    >>> log_metrics({"loss": 0.31, "accuracy": 0.9}, step=4)
    """
    session = _session()
    run = session.runs.target()
    session.log(
        runId=run,
        metrics=[
            metric(
                checked_key(key),
                float(value),
                session.next_step(key, run) if step is None else int(step),
                timestamp,
            )
            for key, value in dict(metrics).items()
        ],
    )


def metric(key, value, step, timestamp=None):
    """A metric as it travels: JSON has no NaN and no infinities, so they are text."""
    if math.isnan(value):
        value = "NaN"
    elif math.isinf(value):
        value = "Infinity" if value > 0 else "-Infinity"
    if timestamp is None:
        timestamp = time.time() * 1000
    return {"key": key, "value": value, "step": step, "time": int(timestamp)}


def set_tag(key, value):
    """Tags the run: text that may change later, unlike a param. Both are kept as `str()`."""
    set_tags({key: value})


def set_tags(tags):
    """
    Sets several tags: a mapping of key to value, each as in `set_tag`.

    >>> set_tags({"team": "flights", "reviewed": True})
    """
    _log(tags={checked_key(key): str(value) for key, value in dict(tags).items()})


def log_artifact(path, artifact_path=None):
    """
    Keeps a file, or a folder with all it holds, with the run.

    path: of the file or folder; it is copied before this returns, so it may change afterwards. artifact_path: folder within
    the run's artifacts, with `/`, e.g. "plots"; their top when not given.
    Raises FileNotFoundError when nothing is at `path`, ValueError when `artifact_path` leaves the run's folder.
    The upload happens in the background; `flush()` waits for it.
    """
    path = os.fspath(path)
    if not os.path.exists(path):
        raise FileNotFoundError('log_artifact: there is no file or folder "%s"' % path)
    _put_artifact(path, _folder_within("log_artifact", artifact_path))


def log_artifacts(folder, artifact_path=None):
    """
    Keeps all that a folder holds with the run, without the folder itself.

    folder: its path. artifact_path: as in `log_artifact`. Raises NotADirectoryError when it is no folder.
    """
    folder = os.fspath(folder)
    if not os.path.isdir(folder):
        raise NotADirectoryError('log_artifacts: "%s" is no folder' % folder)
    within = _folder_within("log_artifacts", artifact_path)
    for name in sorted(os.listdir(folder)):
        _put_artifact(os.path.join(folder, name), within)


def log_text(text, artifact_file):
    """
    Keeps text as a file of the run.

    text: what the file holds. artifact_file: its path within the run's artifacts, e.g. "notes/summary.txt".
    Raises ValueError when it leaves the run's folder.
    """

    def write(path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(str(text))

    _put_written("log_text", artifact_file, write)


def log_dict(dictionary, artifact_file):
    """
    Keeps a dictionary or list as JSON, or as YAML when the file's name ends with .yml or .yaml.

    >>> log_dict({"classes": ["adelie", "gentoo"]}, "classes.json")
    """
    from .model_folder import yaml

    def write(path):
        is_yaml = path.endswith((".yml", ".yaml"))
        text = yaml(dictionary) if is_yaml else json.dumps(dictionary, indent=2, default=str)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + ("" if is_yaml else "\n"))

    _put_written("log_dict", artifact_file, write)


def log_figure(figure, artifact_file):
    """
    Keeps a figure as a picture, or as a page.

    figure: of matplotlib (anything with `savefig`) or of plotly. artifact_file: as in `log_text`, e.g. "plots/loss.png"; its
    ending says the format, for plotly .html is a page that can be moved in.
    Raises TypeError when it is no figure that can be written.
    """

    def write(path):
        if callable(getattr(figure, "savefig", None)):
            figure.savefig(path)
        elif path.endswith(".html") and callable(getattr(figure, "write_html", None)):
            figure.write_html(path)
        elif callable(getattr(figure, "write_image", None)):
            figure.write_image(path)
        else:
            raise TypeError("log_figure: %s is no figure" % type(figure).__name__)

    _put_written("log_figure", artifact_file, write)


def log_model(model, name, input_example=None, signature=None):
    """
    Keeps a fitted model with the run, in MLflow's format: `mlflow.pyfunc.load_model` and a deployment load it.

    model: a scikit-learn estimator or pipeline, or any picklable object with a `predict` method that takes what
    `input_example` is. name: of the logged model, e.g. "delays". input_example: a few rows that it takes, a pandas DataFrame
    or a NumPy array whose first axis is rows; from it the signature is inferred (by predicting on it), if none is given.
    signature: {"inputs": [...], "outputs": [...]}, each a list of columns as MLflow writes them
    ({"name", "type", "required"}); MLflow's own ModelSignature objects are taken too.
    Raises TypeError when the model has no `predict` or cannot be pickled. Upload in the background; `flush()` waits for it.
    """
    from .model_folder import write_model

    session = _session()
    with write_model(model, checked_model_name(name), input_example, signature) as folder:
        blob = session.outbox.blob(folder)
    session.put_task({"kind": "model", "name": name, "blob": blob})


def flush(timeout=30.0):
    """
    Waits at most `timeout` seconds until all that was logged is with the server; says whether it is (True) or not yet.
    What the server did not take is warned of, and then False is given back: it is not tried again.
    """
    from . import session

    outbox = session.current().outbox
    is_done = outbox.flush(timeout)
    return not outbox.warn_of_refusals(stacklevel=2) and is_done


def _session():
    from . import session

    current = session.current()
    current.outbox.warn_of_refusals(stacklevel=4)
    return current


def _log(**what):
    session = _session()
    session.log(runId=session.runs.target(), **what)


def _put_artifact(path, folder):
    session = _session()
    session.put_task(
        {"kind": "artifact", "artifactPath": folder, "blob": session.outbox.blob(path)}
    )


def _put_written(verb, artifact_file, write):
    """A file that is written for the run alone."""
    folder, name = os.path.split(str(artifact_file))
    if not name:
        raise ValueError('%s: "%s" names no file' % (verb, artifact_file))
    folder = _folder_within(verb, folder)
    with tempfile.TemporaryDirectory(prefix="stepladder-") as place:
        path = os.path.join(place, name)
        write(path)
        _put_artifact(path, folder)


def _folder_within(verb, artifact_path):
    folder = "" if artifact_path is None else str(artifact_path)
    if folder.startswith("/") or ".." in folder.split("/") or "\\" in folder:
        raise ValueError('%s: artifact_path "%s" must lie within the run' % (verb, folder))
    return folder.strip("/")
