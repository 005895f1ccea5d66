"""Asks a prediction service through the real clients of both protocols; prints what they answered."""

import json
import os

import numpy
import pandas
import tritonclient.http as triton
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from tritonclient.utils import InferenceServerException

table = pandas.DataFrame(json.loads(os.environ["ROWS"]))
address = os.environ["ADDRESS"]
name = os.environ["MODEL"]
headers = {"Authorization": "Bearer " + os.environ["TOKEN"]}
types = {"distance": "FP64", "hour": "INT64", "carrier": "BYTES"}
facts = {}

client = triton.InferenceServerClient(address)
facts["live"] = client.is_server_live(headers=headers)
facts["ready"] = client.is_model_ready(name, headers=headers)
facts["metadata"] = client.get_model_metadata(name, headers=headers)
facts["extensions"] = client.get_server_metadata(headers=headers)["extensions"]


def columns(binary):
    inputs = []
    for column, datatype in types.items():
        values = table[column].to_numpy(dtype=object if datatype == "BYTES" else None)
        tensor = triton.InferInput(column, list(values.shape), datatype)
        tensor.set_data_from_numpy(values, binary_data=binary)
        inputs.append(tensor)
    return inputs


def infer(inputs, **options):
    # The client writes headers of its own into the dictionary it is given.
    result = client.infer(name, inputs, headers=dict(headers), request_id="42", **options)
    assert result.get_response()["id"] == "42"
    return result.as_numpy("predict").tolist()


asked = [triton.InferRequestedOutput("predict", binary_data=False)]
facts["binary"] = infer(columns(True))
facts["json"] = infer(columns(False), outputs=asked)
facts["binary_to_json"] = infer(columns(True), outputs=asked)
facts["gzip"] = infer(columns(True), request_compression_algorithm="gzip", response_compression_algorithm="gzip")
facts["deflate"] = infer(columns(False), request_compression_algorithm="deflate", response_compression_algorithm="deflate")
try:
    client.infer("nobody", columns(True), headers=dict(headers))
except InferenceServerException as error:
    facts["unknown_model"] = [error.status(), error.message()]
try:
    client.infer(name, columns(True)[:1], headers=dict(headers))
except InferenceServerException as error:
    facts["missing_column"] = [error.status(), error.message()]

if os.environ.get("MATRIX"):
    matrix = table[["distance", "hour"]].to_numpy(dtype=float)
    other = triton.InferenceServerClient(os.environ["MATRIX"])
    tensor = triton.InferInput("X", list(matrix.shape), "FP64")
    tensor.set_data_from_numpy(matrix)
    facts["matrix"] = other.infer("matrix", [tensor]).as_numpy("predict").tolist()
    host, port = os.environ["MATRIX"].split(":")
    scoring = ScoringServerClient(host, port)
    facts["matrix_invocations"] = scoring.invoke(matrix).get_predictions()[0].tolist()

host, port = address.split(":")
# The client sends no header of its own, but requests takes the token from the address.
scoring = ScoringServerClient("token:{}@{}".format(os.environ["TOKEN"], host), port)
scoring.wait_server_ready(timeout=5)
facts["version"] = scoring.get_version()
facts["invocations"] = scoring.invoke(table).get_predictions()[0].tolist()
try:
    scoring.invoke(table[["hour"]])
except Exception as error:
    facts["invocations_refused"] = str(error)
print("FACTS " + json.dumps(facts))
