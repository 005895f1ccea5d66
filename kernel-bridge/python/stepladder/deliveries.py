"""How each kind of task reaches the server: a batch of events, a file of a run, a logged model."""

import os

from .transport import Refused, path_of

API = "/stepladder/v1"
MLFLOW = "/api/2.0/mlflow"


def deliver(connection, task, save=None):
    """Gives the answer to events. Raises `Away` when it should be tried again, `Refused` when not."""
    if task["kind"] == "events":
        return _events(connection, task["body"])
    if task["kind"] == "artifact":
        _artifact(connection, task)
    else:
        _model(connection, task, save)
    return None


def name_of(task):
    if task["kind"] == "artifact":
        return 'the file "%s"' % "/".join([*_parts(task["artifactPath"]), os.path.basename(task["blob"])])
    return 'the model "%s"' % task["name"] if task["kind"] == "model" else "part of what was logged"


def _events(connection, body):
    path = path_of(API[1:], "sessions", body["sessionId"], "events")
    try:
        return connection.call("POST", path, body, body["sessionId"])
    except Refused:
        # One event that the server cannot read must not take the others with it.
        events = body["events"]
        if len(events) < 2:
            raise
        half = len(events) // 2
        refusal = None
        for part in (events[:half], events[half:]):
            try:
                _events(connection, dict(body, events=part))
            except Refused as one:
                refusal = one
        if refusal is not None:
            raise refusal from None
        return None


def _artifact(connection, task):
    run = _session_run(connection, task)
    folder = path_of(MLFLOW[1:], "runs", run["runId"], "artifacts", *_parts(task["artifactPath"]))
    _upload(connection, task["blob"], folder, task["sessionId"])


def _model(connection, task, save):
    session_id = task["sessionId"]
    if "modelId" not in task:
        run = _session_run(connection, task)
        made = connection.call(
            "POST",
            MLFLOW + "/logged-models",
            {
                "experiment_id": run["experimentId"],
                "name": task["name"],
                "source_run_id": run["runId"],
                "model_type": "",
                "tags": [],
                "params": [],
            },
            session_id,
        )["model"]["info"]
        task["modelId"] = made["model_id"]
        task["runId"] = run["runId"]
        save(task)
    description = os.path.join(task["blob"], "MLmodel")
    with open(description, encoding="utf-8") as file:
        text = file.read()
    if "\nmodel_id:" not in text:
        with open(description, "a", encoding="utf-8") as file:
            file.write('model_id: "%s"\nrun_id: "%s"\n' % (task["modelId"], task["runId"]))
    outputs = {"run_id": task["runId"], "models": [{"model_id": task["modelId"], "step": 0}]}
    connection.call("POST", MLFLOW + "/runs/outputs", outputs, session_id)
    model = path_of(MLFLOW[1:], "logged-models", task["modelId"])
    _upload_content(connection, task["blob"], model + "/artifacts", session_id)
    ready = {"model_id": task["modelId"], "status": "LOGGED_MODEL_READY"}
    connection.call("PATCH", model, ready, session_id)


def _session_run(connection, task):
    body = {name: task[name] for name in ("notebook", "run") if task.get(name)}
    path = path_of(API[1:], "sessions", task["sessionId"], "run")
    return connection.call("POST", path, body, task["sessionId"])


def _parts(folder):
    return [folder] if folder else []


def _upload(connection, source, folder, session_id):
    name = os.path.basename(source)
    if os.path.isdir(source):
        _upload_content(connection, source, folder + path_of(name), session_id)
    else:
        connection.put_file(folder + path_of(name), source, session_id)


def _upload_content(connection, source, folder, session_id):
    for entry in sorted(os.listdir(source)):
        _upload(connection, os.path.join(source, entry), folder, session_id)
