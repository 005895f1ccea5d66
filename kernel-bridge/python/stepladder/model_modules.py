"""Which modules a saved model needs, read from its files without loading it."""

import json
import os
import pickletools
import sys
import zipfile

#: The library of each of MLflow's flavors whose models are the library's own files or pickles of its objects.
LIBRARY = {
    "sklearn": "sklearn",
    "xgboost": "xgboost",
    "lightgbm": "lightgbm",
    "catboost": "catboost",
    "statsmodels": "statsmodels",
}
#: What those libraries load along when they are there, and what a table is handed to a model in.
COMPANIONS = ("numpy", "scipy", "pandas")
#: What stands in a pickle of a class or function that no module has: cloudpickle carries its code along.
OWN_CODE = {"__main__", "cloudpickle"}
PICKLES = (".pkl", ".pickle", ".joblib", ".statsmodels")
LARGEST = 1024 * 1024 * 1024
MOST_OPCODES = 3000000


def modules_of(model, flavor):
    """Top-level names, sorted; None for a model that is not understood."""
    library = LIBRARY.get(flavor)
    if library is None or not isinstance(model, str) or not os.path.exists(model):
        return None
    try:
        found = {library}.union(*(_modules_of_file(path) for path in _files(model)))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    if found & OWN_CODE:
        return None  # A class of the notebook's own: MLflow has its own word about that.
    found.update(name for name in COMPANIONS if name in sys.modules)
    return sorted(name for name in found if not name.startswith("_") and name != "builtins")


def _files(model):
    if os.path.isfile(model):
        return [model]
    return [os.path.join(folder, name) for folder, _, names in os.walk(model) for name in names]


def _modules_of_file(path):
    if path.endswith(".skops"):
        with zipfile.ZipFile(path) as archive:
            schema = json.loads(archive.read("schema.json").decode("utf-8"))
        return {"skops"} | _named_in_schema(schema)
    if path.endswith(PICKLES):
        if os.path.getsize(path) > LARGEST:
            raise ValueError("too large to look through")
        return _named_in_pickle(path)
    return set()


def _named_in_schema(schema):
    found, waiting = set(), [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            module = node.get("__module__")
            if isinstance(module, str):
                found.add(module.partition(".")[0])
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found


def _named_in_pickle(path):
    """The module of each object: `GLOBAL` names it, `STACK_GLOBAL` takes it from the last texts but one."""
    found, texts, memo = set(), [], {}
    with open(path, "rb") as file:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(file)):
            if count > MOST_OPCODES:
                raise ValueError("too long to look through")
            name = opcode.name
            if name == "GLOBAL":
                found.add(argument.partition(" ")[0].partition(".")[0])
            elif name == "STACK_GLOBAL":
                if len(texts) < 2:
                    raise ValueError("names that are not texts")
                found.add(texts[-2].partition(".")[0])
            elif "UNICODE" in name:
                texts = [*texts[-2:], argument]
            elif name == "MEMOIZE":
                memo[len(memo)] = texts[-1] if texts else ""
            elif name in ("BINGET", "LONG_BINGET", "GET"):
                texts = [*texts[-2:], memo.get(int(argument), "")]
    return found
