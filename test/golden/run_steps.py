"""Runs a notebook's cells one after another, then its exported steps, and says where their values differ.

Reads one JSON object: {"folder", "package", "cells": [code], "steps": [{"function", "inputs": {name: step}, "name"}]}.
"""

import contextlib
import importlib
import io
import json
import pickle
import sys

order = json.load(sys.stdin)
sys.path.insert(0, order["folder"])
notebook = {"__name__": "__main__", "display": print}
differences = []
with contextlib.redirect_stdout(io.StringIO()):
    for code in order["cells"]:
        exec(compile(code, "cell", "exec"), notebook)
    steps = importlib.import_module(order["package"] + ".steps")
    results = {}
    for step in order["steps"]:
        # Through pickle, as between tasks.
        inputs = {name: pickle.loads(pickle.dumps(results[source][name])) for name, source in step["inputs"].items()}
        results[step["name"]] = getattr(steps, step["function"])(**inputs)
last = {name: value for result in results.values() for name, value in result.items()}
for name, value in last.items():
    if repr(value) != repr(notebook[name]):
        differences.append({"name": name, "notebook": repr(notebook[name]), "steps": repr(value)})
print(json.dumps({"values": sorted(last), "differences": differences}))
