"""
MLflow's autologging, switched on by a setting and without its wait. `fit()` under autolog spends nine tenths of its time in a
process that loads the model once more, to see which packages that imports; we read their names from the model's own files.
Everything else (versions, pruning, files) stays MLflow's.
"""

import importlib.util
import json
import os
import re
import sys

ON = {"1", "true", "yes", "on"}
OFF = {"0", "false", "no", "off"}
#: Autologging is for these: MLflow itself, which takes a second to import, is imported with the first of them only.
LIBRARIES = {
    "catboost",
    "fastai",
    "keras",
    "lightgbm",
    "lightning",
    "pyspark",
    "pytorch_lightning",
    "sklearn",
    "statsmodels",
    "tensorflow",
    "torch",
    "transformers",
    "xgboost",
}


def autolog(**options):
    """
    Switches MLflow's autologging on, as `mlflow.autolog(**options)`, and spares `fit()` the seconds in which MLflow looks for
    the packages that the model needs. Needs `mlflow`; raises ImportError without it.

    >>> autolog(log_datasets=False)
    """
    import mlflow

    spare_inference()
    mlflow.autolog(**options)


def is_wanted(environment=os.environ):
    """What the environment says, else the setting of JupyterLab."""
    said = environment.get("STEPLADDER_AUTOLOG", "").strip().lower()
    if said in ON or said in OFF:
        return said in ON
    return _setting(environment.get("STEPLADDER_SETTINGS")) is True


def switch_on_when_needed():
    """With the first import of a library that can be autologged; nothing where MLflow is not installed."""
    if not any(isinstance(finder, _Watch) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Watch())


def spare_inference():
    """Puts the reading of the model's files in the place of MLflow's process; a model that it cannot read still gets that."""
    from mlflow.utils import requirements_utils

    from .model_modules import modules_of

    theirs = getattr(requirements_utils, "_capture_imported_modules", None)
    if theirs is None or getattr(theirs, "is_spared", False) or not _is_known(theirs):
        return

    def capture(model_uri, flavor, *args, **options):
        # Asked for whole module names, MLflow wants the user's own files.
        modules = None if args or options.get("record_full_module") else modules_of(model_uri, flavor)
        return theirs(model_uri, flavor, *args, **options) if modules is None else modules

    capture.is_spared = True
    requirements_utils._capture_imported_modules = capture


def _is_known(function):
    """Of MLflow 2 and 3, as far as they are out; another one keeps its own way."""
    code = getattr(function, "__code__", None)
    version = str(getattr(sys.modules.get("mlflow"), "__version__", ""))
    return (
        code is not None
        and code.co_varnames[:2] == ("model_uri", "flavor")
        and re.match(r"[23]\.", version) is not None
    )


class _Watch:
    """Finds no module of its own: it only learns that one is looked for."""

    def find_spec(self, name, path=None, target=None):
        if name not in LIBRARIES or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        try:
            if _is_decided():
                spare_inference()
                return None
            autolog()
            # MLflow waits for this very import from now on: it is looked for once more, so that MLflow learns of it.
            return importlib.util.find_spec(name)
        except Exception:  # No mlflow here, or one that cannot be imported: not the user's concern now.
            return None


def _is_decided():
    """The user has called `mlflow.autolog` already, perhaps to switch it off."""
    utils = sys.modules.get("mlflow.utils.autologging_utils")
    return bool(getattr(utils, "AUTOLOGGING_INTEGRATIONS", {}).get("mlflow"))


def _setting(folder):
    """JupyterLab keeps its user's settings as JSON with comments."""
    if not folder:
        return None
    try:
        with open(os.path.join(folder, "recorder.jupyterlab-settings"), encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return None
    text = re.sub(r"^[ \t]*//[^\n]*$|/\*.*?\*/", "", text, flags=re.MULTILINE | re.DOTALL)
    try:
        return json.loads(text).get("autolog")
    except (ValueError, AttributeError):
        return None
