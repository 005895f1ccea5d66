"""`fit()` under autologging, some rounds, in a process of its own: prints milliseconds, and what the last model says it needs."""

import json
import os
import sys
import time

import mlflow

if os.environ.get("SPARED"):
    import stepladder

    stepladder.autolog()
else:
    mlflow.autolog()

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

data, target = load_iris(return_X_y=True, as_frame=True)


def fit():
    start = time.perf_counter()
    LogisticRegression(max_iter=200).fit(data, target)
    return (time.perf_counter() - start) * 1000


fit()  # The first imports what the others need as well.
times = [fit() for _ in range(int(sys.argv[1]))]
model = mlflow.last_active_run().outputs.model_outputs[0].model_id
folder = mlflow.artifacts.download_artifacts("models:/" + model)
with open(os.path.join(folder, "requirements.txt"), encoding="utf-8") as file:
    requirements = file.read().split()
predicted = mlflow.pyfunc.load_model("models:/" + model).predict(data.head(3)).tolist()
print("FACTS " + json.dumps({"fit": times, "requirements": requirements, "predicted": predicted}))
