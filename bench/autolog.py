"""`fit()` under autologging, some rounds, in a process of its own: prints milliseconds, and what the last model says it needs."""

import json
import os
import sys
import time

import mlflow
import requests

if os.environ.get("SPARED"):
    import stepladder

    stepladder.autolog()
else:
    mlflow.autolog()

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

answered = []
send = requests.Session.send


def timed_send(session, request, **options):
    response = send(session, request, **options)
    answered.append(response.elapsed.total_seconds() * 1000)
    return response


requests.Session.send = timed_send
data, target = load_iris(return_X_y=True, as_frame=True)


def fit():
    """Milliseconds of the whole, of the time until the server answered its calls, and how many these were."""
    answered.clear()
    start = time.perf_counter()
    LogisticRegression(max_iter=200).fit(data, target)
    return (time.perf_counter() - start) * 1000, sum(answered), len(answered)


def idle_call():
    """What a call costs whoever answers: the client's own part, and the way there."""
    session = requests.Session()
    times = []
    for _ in range(100):
        times.append(session.post(os.environ["BARE"], json={}).elapsed.total_seconds() * 1000)
    return sorted(times)[len(times) // 2]


fit()  # The first imports what the others need as well.
fits = [fit() for _ in range(int(sys.argv[1]))]
model = mlflow.last_active_run().outputs.model_outputs[0].model_id
folder = mlflow.artifacts.download_artifacts("models:/" + model)
with open(os.path.join(folder, "requirements.txt"), encoding="utf-8") as file:
    requirements = file.read().split()
predicted = mlflow.pyfunc.load_model("models:/" + model).predict(data.head(3)).tolist()
whole, served, calls = zip(*fits)
facts = {"fit": whole, "served": served, "calls": calls, "idle": idle_call(), "requirements": requirements, "predicted": predicted}
print("FACTS " + json.dumps(facts))
