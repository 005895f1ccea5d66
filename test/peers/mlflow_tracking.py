"""What mlflow-tracking.test.ts asks of the real client; each task prints one line of JSON."""

import json
import os
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException


def error_code(call, *arguments):
    try:
        call(*arguments)
    except MlflowException as error:
        return error.error_code, str(error)
    return None, ""


def log_first():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    with mlflow.start_run(run_name="first") as run:
        mlflow.log_param("a", 1)
        mlflow.log_params({"b": 2, "c": "x"})
        for step in range(5):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"acc": 0.5, "nan": float("nan"), "inf": float("inf")})
        mlflow.set_tag("t", "v")
        mlflow.log_text("hello", "notes/a.txt")
        mlflow.log_text("", "empty.txt")
        mlflow.log_dict({"a": 1}, "data.json")
        figure, axes = plt.subplots()
        axes.plot([1, 2])
        mlflow.log_figure(figure, "figure.png")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "file.txt")
            with open(path, "w") as file:
                file.write("from a file")
            mlflow.log_artifact(path)
        with mlflow.start_run(nested=True) as child:
            mlflow.log_metric("child", 1)
    return run.info.run_id, child.info.run_id


def read_files(run_id):
    root = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="")
    files = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                content = file.read()
            files[os.path.relpath(path, root)] = "PNG" if content[1:4] == b"PNG" else content.decode()
    return files


def search(run_id):
    with mlflow.start_run(run_name="worse"):
        mlflow.log_param("a", 2)
        mlflow.log_metric("loss", 5.0)
        mlflow.log_metric("acc", 0.1)
    client = MlflowClient()
    experiment = mlflow.get_experiment_by_name("journey").experiment_id
    other = client.create_experiment("pages")
    for _ in range(7):
        client.create_run(other)
    paged, token = 0, None
    while True:
        page = client.search_runs([other], max_results=3, page_token=token)
        paged, token = paged + len(page), page.token
        if not token:
            break
    names = lambda **query: [
        run.info.run_name for run in client.search_runs([experiment], **query)
    ]
    return {
        "filtered": names(
            filter_string="metrics.acc > 0.4 and params.a = '1' and tags.t LIKE 'v%' and attributes.status = 'FINISHED'"
        ),
        "ordered": names(filter_string="params.a IS NOT NULL", order_by=["metrics.loss DESC"]),
        "paged": paged,
        "experiments": [one.name for one in client.search_experiments(filter_string="name ILIKE 'JOUR%'")],
        "none": names(filter_string="run_id IN ('0', '%s') and params.a = 'nothing'" % run_id),
    }


def models():
    import numpy as np
    from sklearn.linear_model import LinearRegression

    x = np.arange(10).reshape(-1, 1)
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(LinearRegression().fit(x, x[:, 0] * 2.0), name="model")
    by_uri = mlflow.sklearn.load_model(info.model_uri).predict([[3.0]])[0]
    by_run = mlflow.sklearn.load_model("runs:/%s/model" % run.info.run_id).predict([[4.0]])[0]
    status = mlflow.get_logged_model(info.model_id).status
    return {"byUri": round(by_uri, 6), "byRun": round(by_run, 6), "status": status.value}


def autolog():
    import numpy as np
    from sklearn.linear_model import Ridge

    mlflow.sklearn.autolog()
    x = np.arange(10).reshape(-1, 1)
    Ridge(alpha=0.5).fit(x, x[:, 0] * 2.0)
    mlflow.sklearn.autolog(disable=True)
    run = mlflow.last_active_run()
    return {
        "params": run.data.params.get("alpha") == "0.5",
        "metrics": "training_r2_score" in run.data.metrics,
        "models": len(run.outputs.model_outputs),
    }


def refusals(run_id):
    client = MlflowClient()
    client.log_param(run_id, "a", 1)
    code, words = error_code(client.log_param, run_id, "a", 9)
    return {
        "param": code,
        "words": "Changing param values is not allowed" in words,
        "missing": error_code(client.get_run, "0" * 32)[0],
        "twice": error_code(client.create_experiment, "journey")[0],
    }


def journey():
    mlflow.set_experiment("journey")
    run_id, child_id = log_first()
    client = MlflowClient()
    run = client.get_run(run_id)
    history = client.get_metric_history(run_id, "loss")
    metrics = dict(run.data.metrics)
    metrics["nan"], metrics["inf"] = str(metrics["nan"]), str(metrics["inf"])
    return {
        "run": {
            "name": run.info.run_name,
            "status": run.info.status,
            "params": run.data.params,
            "metrics": metrics,
            "tag": run.data.tags["t"],
        },
        "history": [[point.step, point.value] for point in history],
        "nested": client.get_run(child_id).data.tags["mlflow.parentRunId"] == run_id,
        "files": read_files(run_id),
        "search": search(run_id),
        "models": models(),
        "autolog": autolog(),
        "refusals": refusals(run_id),
    }


def write():
    with mlflow.start_run() as run:
        for step in range(50):
            mlflow.log_metric("m", step, step=step)
    return {"run_id": run.info.run_id, "count": 50}


def read():
    return {"count": len(MlflowClient().get_metric_history(os.environ["RUN_ID"], "m"))}


def bare():
    mlflow.log_metric("loose", 1.0)
    return {"run_id": mlflow.active_run().info.run_id}


print("FACTS " + json.dumps(globals()[os.environ["TASK"]]()))
