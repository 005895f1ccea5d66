"""`make URI`: fills a tracker with one of everything. `facts URI…`: what the real MLflow reads there, without ids of storage."""

import hashlib
import json
import math
import os
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType

OURS = "stepladder.origin"


def make(uri):
    mlflow.set_tracking_uri(uri)
    client = MlflowClient()
    flights = client.create_experiment("flights", tags={"team": "a"})
    gone = client.create_experiment("gone")
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "deep"))
        for name in ("a.txt", "deep/ü b.bin"):
            with open(os.path.join(folder, name), "w") as file:
                file.write(name * 100)
        for index in range(3):
            run_id = client.create_run(flights, run_name="run %d" % index, tags={"k": "v"}).info.run_id
            for step in range(30):
                client.log_metric(run_id, "loss", 1.0 / (step + 1), step=step)
            client.log_metric(run_id, "loss", 9.0, step=2)
            for step, value in enumerate((math.nan, math.inf, -math.inf, 0.1 + 0.2, 1e-300)):
                client.log_metric(run_id, "deep/weird", value, step=step, timestamp=1000 + step)
            client.log_param(run_id, "depth", index)
            client.log_param(run_id, "text", "ü" * 500)
            client.log_artifacts(run_id, folder, "files")
            client.set_terminated(run_id, ["FINISHED", "FAILED", "KILLED"][index])
    client.delete_run(run_id)
    client.create_run(gone)
    client.create_run(flights, run_name="still running")
    client.delete_experiment(gone)
    model(client)


def model(client):
    import numpy
    import pandas
    from sklearn.linear_model import LinearRegression

    mlflow.set_experiment("flights")
    with mlflow.start_run(run_name="model"):
        fitted = LinearRegression().fit(numpy.arange(6).reshape(3, 2), [1, 2, 3])
        frame = pandas.DataFrame({"a": [1]})
        mlflow.log_input(mlflow.data.from_pandas(frame, name="table"), context="training")
        info = mlflow.sklearn.log_model(
            fitted, name="model", registered_model_name="delays", pip_requirements=["scikit-learn"]
        )
        mlflow.log_metric("accuracy", 0.5, model_id=info.model_id)
        with mlflow.start_run(nested=True, run_name="child"):
            mlflow.log_metric("loss", 1)
    for _ in range(2):
        client.create_model_version("delays", "models:/" + info.model_id, model_id=info.model_id)
    client.delete_model_version("delays", "2")
    client.set_registered_model_alias("delays", "champion", "1")
    client.set_registered_model_alias("delays", "challenger", "3")
    client.set_model_version_tag("delays", "1", "checked", "yes")
    client.set_registered_model_tag("delays", "kind", "line")
    client.update_registered_model("delays", "When planes are late")


def facts(uri):
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    client = MlflowClient()
    experiments = client.search_experiments(view_type=ViewType.ALL)
    named = {experiment.experiment_id: experiment.name for experiment in experiments}
    runs = client.search_runs(list(named), run_view_type=ViewType.ALL, max_results=1000)
    origin = {run.info.run_id: run.data.tags.get(OURS, run.info.run_id) for run in runs}
    models = {
        model.model_id: model for model in client.search_logged_models(list(named), max_results=50)
    }
    model_names = {model_id: model.name for model_id, model in models.items()}
    return {
        "experiments": {
            experiment.name: [experiment.lifecycle_stage, plain(experiment.tags)]
            for experiment in experiments
            if experiment.experiment_id != "0"
        },
        "runs": {
            origin[run.info.run_id]: run_facts(client, run, named, model_names, origin) for run in runs
        },
        "models": sorted(model_facts(client, model, origin) for model in models.values()),
        "registered": [registered(client, model) for model in client.search_registered_models()],
        "prediction": [
            round(float(value), 6)
            for value in mlflow.pyfunc.load_model("models:/delays@champion").predict([[1, 2]])
        ],
    }


def run_facts(client, run, named, model_names, origin):
    run_id = run.info.run_id
    tags = plain(run.data.tags)
    if "mlflow.parentRunId" in run.data.tags:
        parent = run.data.tags["mlflow.parentRunId"]
        tags["parent"] = origin.get(parent, parent)
    return {
        "experiment": named[run.info.experiment_id],
        "name": run.info.run_name,
        "status": run.info.status,
        "lifecycle": run.info.lifecycle_stage,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "params": run.data.params,
        "tags": tags,
        "metrics": {
            key: sorted(
                [point.step, point.timestamp, number(point.value)]
                for point in client.get_metric_history(run_id, key)
            )
            for key in run.data.metrics
        },
        "latest": {key: number(value) for key, value in run.data.metrics.items()},
        "inputs": [
            [given.dataset.name, given.dataset.digest, given.dataset.source, given.dataset.schema]
            + sorted([tag.key, tag.value] for tag in given.tags)
            for given in run.inputs.dataset_inputs
        ],
        "outputs": [
            model_names[made.model_id]
            for made in (run.outputs.model_outputs if run.outputs else [])
        ],
        "artifacts": files("runs:/%s/" % run_id, client.list_artifacts, run_id)
        if run.info.lifecycle_stage == "active"
        else {},
    }


def files(uri, list_artifacts, of, path=None):
    found = {}
    for entry in list_artifacts(of, path):
        if entry.is_dir:
            found.update(files(uri, list_artifacts, of, entry.path))
        else:
            local = mlflow.artifacts.download_artifacts(uri + entry.path)
            with open(local, "rb") as file:
                found[entry.path] = hashlib.sha256(file.read()).hexdigest()[:12]
    return found


def model_facts(client, model, origin):
    local = mlflow.artifacts.download_artifacts("models:/" + model.model_id)
    return [
        model.name,
        str(model.status),
        origin.get(model.source_run_id, model.source_run_id),
        sorted(model.params.items()),
        [[metric.key, metric.value, metric.step] for metric in model.metrics or []],
        sorted(os.listdir(local)),
    ]


def registered(client, model):
    versions = client.search_model_versions("name='%s'" % model.name)
    return [
        model.name,
        model.description,
        plain(model.tags),
        {alias: str(version) for alias, version in model.aliases.items()},
        sorted(
            [str(version.version), version.current_stage, plain(version.tags), bool(version.run_id)]
            for version in versions
        ),
    ]


def plain(tags):
    return {
        key: value
        for key, value in sorted(tags.items())
        if not key.startswith(("mlflow.", "stepladder."))
    }


def number(value):
    if math.isnan(value):
        return "nan"
    # MLflow's databases hold infinity as the largest double.
    if abs(value) >= 1.7976931348623157e308:
        return "inf" if value > 0 else "-inf"
    return value


if __name__ == "__main__":
    command, *uris = sys.argv[1:]
    if command == "make":
        for uri in uris:
            make(uri)
    print("FACTS " + json.dumps([facts(uri) for uri in uris]))
