"""A fitted model as a folder in MLflow's format, written without MLflow."""

import contextlib
import json
import os
import pickle
import platform
import sys
import tempfile
import time
import uuid

from .model_signature import infer, packages_of, normalised, write_example

#: Distributions whose version the model needs where it is loaded, by the name of their package.
REQUIREMENTS = {
    "sklearn": "scikit-learn",
    "numpy": "numpy",
    "pandas": "pandas",
    "scipy": "scipy",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
}


@contextlib.contextmanager
def write_model(model, name, input_example=None, signature=None):
    """A folder that lives as long as the `with` block."""
    if not callable(getattr(model, "predict", None)):
        raise TypeError(
            'log_model: "%s" is a %s without a predict method; log a fitted estimator or pipeline'
            % (name, type(model).__name__)
        )
    with tempfile.TemporaryDirectory(prefix="stepladder-model-") as folder:
        _pickle(model, name, os.path.join(folder, "model.pkl"))
        description = _description(model)
        if input_example is not None:
            description["saved_input_example_info"] = write_example(input_example, folder)
        if signature is None and input_example is not None:
            signature = infer(model, input_example)
        if signature is not None:
            description["signature"] = normalised(signature)
        _write(folder, "MLmodel", yaml(description))
        _write_environment(folder, packages_of(input_example))
        yield folder


def _pickle(model, name, file):
    try:
        with open(file, "wb") as target:
            pickle.dump(model, target, protocol=4)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError('log_model: "%s" cannot be pickled: %s' % (name, error)) from error


def _description(model):
    sklearn = sys.modules.get("sklearn")
    flavors = {
        "python_function": {
            "loader_module": "mlflow.sklearn",
            "model_path": "model.pkl",
            "predict_fn": "predict",
            "python_version": platform.python_version(),
            "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
        },
        "sklearn": {
            "pickled_model": "model.pkl",
            "serialization_format": "pickle",
            "sklearn_version": getattr(sklearn, "__version__", None),
            "code": None,
        },
    }
    return {
        "flavors": flavors,
        "model_uuid": uuid.uuid4().hex,
        "utc_time_created": time.strftime("%Y-%m-%d %H:%M:%S.000000", time.gmtime()),
    }


def _write_environment(folder, example_packages):
    requirements = _requirements(os.path.join(folder, "model.pkl"), example_packages)
    python = platform.python_version()
    _write(folder, "requirements.txt", "".join(line + "\n" for line in requirements))
    _write(
        folder,
        "python_env.yaml",
        yaml(
            {
                "python": python,
                "build_dependencies": ["pip"],
                "dependencies": ["-r requirements.txt"],
            }
        ),
    )
    conda = {
        "channels": ["conda-forge"],
        "dependencies": ["python=" + python, "pip", {"pip": requirements}],
        "name": "mlflow-env",
    }
    _write(folder, "conda.yaml", yaml(conda))


def _requirements(pickle_file, example_packages):
    """What the pickle names, in the versions that are installed here."""
    from importlib import metadata

    import pickletools

    named = set(example_packages)
    with open(pickle_file, "rb") as file:
        for _opcode, argument, _position in pickletools.genops(file):
            if isinstance(argument, str):
                named.add(argument.split(" ")[0].partition(".")[0])
    found = []
    for package, distribution in REQUIREMENTS.items():
        if package in named:
            try:
                found.append("%s==%s" % (distribution, metadata.version(distribution)))
            except metadata.PackageNotFoundError:
                continue
    return found


def yaml(value, indent=""):
    """YAML for plain dictionaries and lists; scalars as JSON, which YAML reads as the same."""
    lines = []
    items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for key, item in items:
        head = indent + ("- " if key is None else key + ": ")
        if isinstance(item, (dict, list)) and item:
            lines.append(head.rstrip() + "\n" + yaml(item, indent + "  "))
        else:
            lines.append(head + json.dumps(item, ensure_ascii=False) + "\n")
    return "".join(lines)


def _write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
