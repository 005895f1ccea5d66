"""A notebook's first lines as the hook sees them, with the setting on: nobody has called autolog. Prints facts as JSON."""

import json
import os
import sys

from stepladder import autologging

assert autologging.is_wanted()
autologging.switch_on_when_needed()
assert "mlflow" not in sys.modules

from sklearn.linear_model import LinearRegression

import mlflow
import pandas
from mlflow.utils import requirements_utils

table = pandas.DataFrame({"a": [1.0, 2.0, 3.0], "b": [2.0, 1.0, 0.0]})
processes = []
run_command = requirements_utils._run_command
requirements_utils._run_command = lambda *given, **more: (
    processes.append(given),
    run_command(*given, **more),
)
LinearRegression().fit(table, [1.0, 2.0, 3.0])
spared = len(processes)
run = mlflow.last_active_run()
model = run.outputs.model_outputs[0].model_id
folder = mlflow.artifacts.download_artifacts("models:/" + model)
with open(os.path.join(folder, "requirements.txt"), encoding="utf-8") as file:
    requirements = file.read().split()
predicted = mlflow.pyfunc.load_model("models:/" + model).predict(table).tolist()


class Own(LinearRegression):
    """The notebook's own class: MLflow has its own word about that."""


mlflow.sklearn.log_model(Own().fit(table, [1.0, 2.0, 3.0]), name="own", serialization_format="cloudpickle")
print(
    "FACTS "
    + json.dumps(
        {
            "run": run.info.run_id,
            "processes": [spared, len(processes)],
            "requirements": requirements,
            "predicted": predicted,
        }
    )
)
