"""Trains and registers the versions that the prediction tests serve; prints rows and what they must predict to."""

import json

import mlflow
import pandas
from mlflow.models import infer_signature
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

table = pandas.DataFrame(
    {
        "distance": [733.1, 1089.7, 229.0, 2475.3, 502.9, 1400.01],
        "hour": [5, 6, 7, 18, 21, 9],
        "carrier": ["UA", "AA", "B6", "UA", "DL", "AA"],
    }
)
delays = [11.3, 20.1, -18.7, 33.3, -25.1, 1 / 3]
numbers = table[["distance", "hour"]].astype(float)
facts = {"rows": table.to_dict(orient="list"), "versions": []}

mlflow.set_experiment("prediction")
for trees in (5, 9):
    encoder = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["carrier"]), remainder="passthrough")
    model = make_pipeline(encoder, RandomForestRegressor(n_estimators=trees, random_state=1)).fit(table, delays)
    with mlflow.start_run():
        logged = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(table, model.predict(table)),
            input_example=table.head(3),
            serialization_format="pickle",
            pip_requirements=[],
        )
    mlflow.register_model(logged.model_uri, "Delays")
    facts["versions"].append(model.predict(table).tolist())

model = LinearRegression().fit(numbers.to_numpy(), delays)
with mlflow.start_run():
    logged = mlflow.sklearn.log_model(
        model, name="matrix", input_example=numbers.to_numpy()[:2], serialization_format="pickle", pip_requirements=[]
    )
mlflow.register_model(logged.model_uri, "matrix")
facts["matrix"] = model.predict(numbers.to_numpy()).tolist()

with mlflow.start_run():
    broken = mlflow.sklearn.log_model(model, name="broken", serialization_format="pickle", pip_requirements=[])
mlflow.register_model(broken.model_uri, "Delays")
facts["broken_model"] = broken.model_id
print("FACTS " + json.dumps(facts))
