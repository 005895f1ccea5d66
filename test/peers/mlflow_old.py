"""What programs of old MLflow clients do, from a run to a served model; prints one line of JSON."""

import json

import mlflow
import numpy as np
from mlflow.tracking import MlflowClient
from sklearn.linear_model import LogisticRegression

X = np.array([[0.0], [1.0], [2.0], [3.0]])
model = LogisticRegression().fit(X, np.array([0, 0, 1, 1]))
client = MlflowClient()
mlflow.set_experiment("old")
with mlflow.start_run(run_name="outer") as run:
    mlflow.log_params({"a": 1, "b": "x"})
    mlflow.log_metric("m", 1.0, step=3)
    mlflow.log_metric("m", float("nan"), step=4)
    mlflow.set_tag("t", "v")
    mlflow.log_text("hello", "notes/a.txt")
    mlflow.log_dict({"a": 1}, "d.json")
    with mlflow.start_run(nested=True):
        mlflow.log_metric("inner", 2)
    # Named requirements: else a process looks for them, which is none of the server's business.
    mlflow.sklearn.log_model(
        model, "model", registered_model_name="old", pip_requirements=["scikit-learn"]
    )
run_id = run.info.run_id
version = client.get_latest_versions("old")[0]
client.transition_model_version_stage("old", version.version, "Production")
loaded = mlflow.pyfunc.load_model("models:/old/Production")
again = mlflow.pyfunc.load_model("runs:/%s/model" % run_id)
found = mlflow.search_runs(filter_string="metrics.inner = 2")
client.delete_run(run_id)
client.restore_run(run_id)
print(
    "FACTS "
    + json.dumps(
        {
            "version": mlflow.__version__,
            "params": client.get_run(run_id).data.params,
            "steps": [metric.step for metric in client.get_metric_history(run_id, "m")],
            "files": sorted(file.path for file in client.list_artifacts(run_id)),
            "found": len(found),
            "models": [registered.name for registered in client.search_registered_models()],
            "status": version.status,
            "predicted": [loaded.predict(X).tolist(), again.predict(X).tolist()],
        }
    )
)
