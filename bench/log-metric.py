"""One round of logging through the real client, then the same calls bare: prints milliseconds, one JSON object."""

import http.client
import json
import os
import sys
import time
from urllib.parse import urlparse

import mlflow

count = int(sys.argv[1])
address = urlparse(os.environ["MLFLOW_TRACKING_URI"])
headers = {"Content-Type": "application/json"}
if os.environ.get("MLFLOW_TRACKING_TOKEN"):
    headers["Authorization"] = "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]
connection = http.client.HTTPConnection(address.hostname, address.port)


def timed(call):
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def bare(path, body):
    connection.request("POST", "/api/2.0/mlflow/runs/" + path, json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status


def batch(start):
    return [{"key": "b", "value": i * 0.1, "timestamp": i + 1, "step": i} for i in range(start, start + 1000)]


def one_run():
    mlflow.start_run()
    mlflow.end_run()


one_run()
runs = [timed(one_run) for _ in range(max(3, count // 5))]
with mlflow.start_run() as run:
    run_id = run.info.run_id
    mlflow.log_metric("warm", 0.0)
    client = [timed(lambda: mlflow.log_metric("m", step * 0.5, step=step)) for step in range(count)]
    point = {"run_id": run_id, "key": "n", "timestamp": 1}
    wire = [timed(lambda: bare("log-metric", {**point, "value": step * 0.5, "step": step})) for step in range(count)]
    batches = [
        timed(lambda: bare("log-batch", {"run_id": run_id, "metrics": batch(number * 1000)}))
        for number in range(max(3, count // 20))
    ]
print("FACTS " + json.dumps({"runs": runs, "client": client, "wire": wire, "batch": batches}))
