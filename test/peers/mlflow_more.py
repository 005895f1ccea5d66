"""What mlflow-more.test.ts asks of the newest real client; each task prints one line of JSON."""

import hashlib
import json
import os
import tempfile

os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient

X = pd.DataFrame({"a": np.arange(60.0), "b": np.arange(60.0)[::-1]})
Y = (X["a"] > 29).astype(int)


def boosting():
    import lightgbm

    mlflow.lightgbm.autolog(log_datasets=True)
    lightgbm.train(
        {"objective": "binary", "verbose": -1, "num_threads": 1, "min_data_in_leaf": 2},
        lightgbm.Dataset(X, Y),
        num_boost_round=5,
        valid_sets=[lightgbm.Dataset(X, Y)],
        callbacks=[],
    )
    mlflow.lightgbm.autolog(disable=True)
    run = mlflow.last_active_run()
    metric = next(key for key in run.data.metrics if "logloss" in key)
    history = MlflowClient().get_metric_history(run.info.run_id, metric)
    return {
        "rounds": run.data.params["num_boost_round"],
        "points": len(history),
        "datasets": len(run.inputs.dataset_inputs),
        "models": len(run.outputs.model_outputs),
        "status": run.info.status,
    }


def evaluation():
    from sklearn.linear_model import LogisticRegression

    mlflow.set_experiment("evaluation")
    with mlflow.start_run():
        info = mlflow.sklearn.log_model(
            LogisticRegression().fit(X, Y), name="classifier", registered_model_name="classifier"
        )
        result = mlflow.models.evaluate(
            info.model_uri,
            X.assign(y=Y),
            targets="y",
            model_type="classifier",
            evaluators="default",
            evaluator_config={"log_explainer": False},
        )
    run = mlflow.last_active_run()
    logged = mlflow.get_logged_model(info.model_id)
    return {
        "accuracy": result.metrics["accuracy_score"],
        "kept": run.data.metrics["accuracy_score"],
        "plots": sorted(name for name in result.artifacts if "matrix" in name or "roc" in name),
        "of_model": any(metric.key == "accuracy_score" for metric in logged.metrics),
        "loaded": mlflow.pyfunc.load_model("models:/classifier/1").predict(X).tolist() == Y.tolist(),
    }


def registry():
    client = MlflowClient()
    with mlflow.start_run() as run:
        mlflow.log_text("flavors: {}", "model/MLmodel")
    client.create_registered_model("shop")
    client.create_model_version("shop", run.info.artifact_uri + "/model", run.info.run_id)
    client.set_registered_model_alias("shop", "champion", 1)
    copied = client.copy_model_version("models:/shop@champion", "promoted")
    client.set_model_version_tag("promoted", copied.version, "checked", "yes")
    prompt = mlflow.genai.register_prompt(name="greeting", template="Hello {{name}}")
    mlflow.genai.register_prompt(name="greeting", template="Good day {{name}}")
    either = client.search_model_versions("name = 'shop' OR name = 'promoted'")
    return {
        "copied": copied.source,
        "prompts": "greeting" in {model.name for model in client.search_registered_models()},
        "tag": client.get_model_version("promoted", copied.version).tags,
        "prompt": [prompt.version, mlflow.genai.load_prompt("greeting").template],
        "either": sorted({version.name for version in either}),
        "alias": client.get_model_version_by_alias("shop", "champion").version,
    }


def large():
    """A file in parts, up and down; the client needs to be told nothing but what counts as large."""
    content = os.urandom(23 * 1024 * 1024 + 17)
    with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "large.bin")
        with open(path, "wb") as file:
            file.write(content)
        mlflow.log_artifact(path, "deep/er")
    local = mlflow.artifacts.download_artifacts(
        run_id=run.info.run_id, artifact_path="deep/er/large.bin"
    )
    with open(local, "rb") as file:
        same = hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest()
    return {"same": same, "bytes": len(content)}


def media():
    with mlflow.start_run() as run:
        mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), key="dog", step=3)
        mlflow.log_table({"question": ["a"], "answer": ["b"]}, "table.json")
        mlflow.log_table({"question": ["c"], "answer": ["d"]}, "table.json")
        waits = [mlflow.log_metric("later", step, step=step, synchronous=False) for step in range(20)]
        for wait in waits:
            wait.wait()
    client = MlflowClient()
    return {
        "images": len(client.list_artifacts(run.info.run_id, "images")),
        "table": mlflow.load_table("table.json", run_ids=[run.info.run_id]).shape[0],
        "later": len(client.get_metric_history(run.info.run_id, "later")),
    }


print("FACTS " + json.dumps(globals()[os.environ["TASK"]]()))
