"""The notebook flights.ipynb as a DAG. It only wires; the work is in flights/steps.py."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import Param, dag, task

# The package `flights` lies beside this folder.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1),
    default_args={"retries": 1, "retry_delay": timedelta(seconds=10)},
    params={
        "learning_rate": Param(0.1, type="number"),
        "rounds": Param(60, type="integer"),
        "rounds_per_report": Param(5, type="integer"),
        "test_share": Param(0.25, type="number"),
        "seed": Param(7, type="integer"),
    },
    doc_md=__doc__,
    tags=["notebook"],
)
def flights():
    @task
    def load_flights() -> dict[str, str]:
        from flights import steps, storage

        results = steps.load_flights()
        return storage.save(results)

    @task
    def load_weather() -> dict[str, str]:
        from flights import steps, storage

        results = steps.load_weather()
        return storage.save(results)

    @task
    def clean(flights: str) -> dict[str, str]:
        from flights import steps, storage

        results = steps.clean(flights=storage.load(flights))
        return storage.save(results)

    @task
    def join_weather(arrived: str, weather: str) -> dict[str, str]:
        from flights import steps, storage

        results = steps.join_weather(
            arrived=storage.load(arrived),
            weather=storage.load(weather),
        )
        return storage.save(results)

    @task
    def make_features(trips: str) -> dict[str, str]:
        from flights import steps, storage

        results = steps.make_features(trips=storage.load(trips))
        return storage.save(results)

    @task
    def split(features: str, target: str, params=None) -> dict[str, str]:
        from flights import steps, storage

        results = steps.split(
            features=storage.load(features),
            target=storage.load(target),
            test_share=params["test_share"],
            seed=params["seed"],
        )
        return storage.save(results)

    @task
    def train(
        X_test: str,
        X_train: str,
        y_test: str,
        y_train: str,
        params=None,
    ) -> dict[str, str]:
        from flights import steps, storage

        results = steps.train(
            X_test=storage.load(X_test),
            X_train=storage.load(X_train),
            y_test=storage.load(y_test),
            y_train=storage.load(y_train),
            learning_rate=params["learning_rate"],
            rounds=params["rounds"],
            rounds_per_report=params["rounds_per_report"],
            seed=params["seed"],
        )
        return storage.save(results)

    @task
    def evaluate(X_test: str, model: str, y_test: str) -> None:
        from flights import steps, storage

        results = steps.evaluate(
            X_test=storage.load(X_test),
            model=storage.load(model),
            y_test=storage.load(y_test),
        )
        storage.keep(results)

    @task
    def plot_error(curve: str) -> None:
        from flights import steps, storage

        results = steps.plot_error(curve=storage.load(curve))
        storage.keep(results)

    @task
    def save_model(X_test: str, model: str) -> None:
        from flights import steps, storage

        results = steps.save_model(
            X_test=storage.load(X_test),
            model=storage.load(model),
        )
        storage.keep(results)

    load_flights_out = load_flights()
    load_weather_out = load_weather()
    clean_out = clean(load_flights_out["flights"])
    join_weather_out = join_weather(clean_out["arrived"], load_weather_out["weather"])
    make_features_out = make_features(join_weather_out["trips"])
    split_out = split(make_features_out["features"], make_features_out["target"])
    train_out = train(
        split_out["X_test"],
        split_out["X_train"],
        split_out["y_test"],
        split_out["y_train"],
    )
    evaluate(split_out["X_test"], train_out["model"], split_out["y_test"])
    plot_error(train_out["curve"])
    save_model(split_out["X_test"], train_out["model"])


flights()
