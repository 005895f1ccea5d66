"""The logging verbs, each with what it takes and when it fails."""

import math
import os
import time


def log_param(key, value):
    """
    Logs one param of the run: an input that you chose, such as a learning rate.

    key: text of at most 250 characters. value: anything; its `str()` is kept, at most 6,000 characters.
    Logging a key again with another value is refused by the server: a param belongs to the whole run.
    Raises TypeError when `key` is not text. Returns nothing, at once.
    """
    log_params({key: value})


def log_params(params):
    """
    Logs several params: a mapping of key to value, each as in `log_param`.

    >>> log_params({"rounds": 100, "rate": 0.1})
    """
    texts = {_key(key): str(value) for key, value in dict(params).items()}
    _session().log(params=texts)


def log_metric(key, value, step=None):
    """
    Logs one value of a metric: something that was measured, such as accuracy, or a loss in a loop.

    key: text of at most 250 characters. value: a number without unit conversion, NaN and infinities included (anything that
    `float()` takes, NumPy scalars too). step: the whole number on the x-axis; without one 0, 1, 2 … for each key, so that a
    metric logged in a loop draws a curve. The time is now.
    Raises TypeError or ValueError when the key is not text or the value not a number. Returns nothing, at once.
    """
    log_metrics({key: value}, step)


def log_metrics(metrics, step=None):
    """
    Logs several metrics at the same step: a mapping of key to number, each as in `log_metric`.

    >>> log_metrics({"loss": 0.31, "accuracy": 0.9}, step=4)
    """
    session = _session()
    session.log(
        metrics=[
            metric(_key(key), float(value), session.next_step(key) if step is None else int(step))
            for key, value in dict(metrics).items()
        ]
    )


def metric(key, value, step):
    """A metric as it travels: JSON has no NaN and no infinities, so they are text."""
    if math.isnan(value):
        value = "NaN"
    elif math.isinf(value):
        value = "Infinity" if value > 0 else "-Infinity"
    return {"key": key, "value": value, "step": step, "time": int(time.time() * 1000)}


def set_tag(key, value):
    """Tags the run: text that may change later, unlike a param. Both are kept as `str()`."""
    _session().log(tags={_key(key): str(value)})


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
    folder = "" if artifact_path is None else str(artifact_path)
    if folder.startswith("/") or ".." in folder.split("/") or "\\" in folder:
        raise ValueError('log_artifact: artifact_path "%s" must lie within the run' % folder)
    session = _session()
    task = {"kind": "artifact", "artifactPath": folder.strip("/"), "blob": session.outbox.blob(path)}
    session.outbox.put_task(dict(task, sessionId=session.id, notebook=session.notebook))


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
    with write_model(model, _key(name), input_example, signature) as folder:
        blob = session.outbox.blob(folder)
    task = {"kind": "model", "name": name, "blob": blob}
    session.outbox.put_task(dict(task, sessionId=session.id, notebook=session.notebook))


def flush(timeout=30.0):
    """Waits at most `timeout` seconds until all that was logged is with the server; says whether it is (True) or not yet."""
    return _session().outbox.flush(timeout)


def _session():
    from . import session

    return session.current()


def _key(key):
    if not isinstance(key, str) or not key:
        raise TypeError("A key is text that is not empty, not %r" % (key,))
    return key
