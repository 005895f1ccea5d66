"""Run with `pytest` in the folder above; the DAG's own test needs Airflow."""

import runpy
from pathlib import Path

import mlflow
import pytest

from flights import steps

DAG_FILE = Path(__file__).resolve().parents[1] / "dags" / "flights.py"


@pytest.fixture(autouse=True)
def mlflow_in_a_folder(tmp_path, monkeypatch):
    """What the steps log goes to a folder of the test."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "mlruns").as_uri())


def test_the_steps_run_one_after_another():
    load_flights = steps.load_flights()
    assert set(load_flights) == {"flights"}
    load_weather = steps.load_weather()
    assert set(load_weather) == {"weather"}
    clean = steps.clean(flights=load_flights["flights"])
    assert set(clean) == {"arrived"}
    join_weather = steps.join_weather(
        arrived=clean["arrived"],
        weather=load_weather["weather"],
    )
    assert set(join_weather) == {"trips"}
    make_features = steps.make_features(trips=join_weather["trips"])
    assert set(make_features) == {"features", "target"}
    split = steps.split(
        features=make_features["features"],
        target=make_features["target"],
    )
    assert set(split) == {"X_test", "X_train", "y_test", "y_train"}
    train = steps.train(
        X_test=split["X_test"],
        X_train=split["X_train"],
        y_test=split["y_test"],
        y_train=split["y_train"],
    )
    assert set(train) == {"curve", "model"}
    evaluate = steps.evaluate(
        X_test=split["X_test"],
        model=train["model"],
        y_test=split["y_test"],
    )
    assert set(evaluate) == {"predicted", "scores"}
    plot_error = steps.plot_error(curve=train["curve"])
    assert set(plot_error) == {"axes", "figure"}
    save_model = steps.save_model(X_test=split["X_test"], model=train["model"])
    assert set(save_model) == {"logged", "trees"}


def test_the_dag_is_wired_as_the_notebook():
    pytest.importorskip("airflow.sdk")
    dag = runpy.run_path(str(DAG_FILE))["flights"]()
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
        "load_flights": set(),
        "load_weather": set(),
        "clean": {"load_flights"},
        "join_weather": {"clean", "load_weather"},
        "make_features": {"join_weather"},
        "split": {"make_features"},
        "train": {"split"},
        "evaluate": {"split", "train"},
        "plot_error": {"train"},
        "save_model": {"split", "train"},
    }
