"""Runs a notebook, then each of its cells in a process of its own with nothing but its declared inputs, and compares.

Reads {"cells": [{"source", "inputs", "outputs", "before"}]} from standard input; `before` is the source that is replicated.
Prints a JSON list of the cells that gave something else, with both answers.
"""
import contextlib
import io
import json
import os
import pickle
import sys
import traceback


def content(value):
    """Equal for equal values, whatever they share inside."""
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(value, (pandas.DataFrame, pandas.Series)):
        return value.to_json()
    if callable(value):
        return "callable"
    if isinstance(value, dict):
        return [(content(key), content(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [content(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(repr(item) for item in value)
    if hasattr(value, "__dict__"):
        return content(vars(value))
    return repr(value)


def run(source, namespace):
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        try:
            exec(compile(source, "<cell>", "exec"), namespace)
        except Exception as error:
            shown.write("{}: {}".format(type(error).__name__, error))
    return shown.getvalue()


def apart(work):
    """In a process of its own; nothing of one is left for the next."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer = work()
        except BaseException:
            answer = traceback.format_exc()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(answer))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pickle.loads(pipe.read())
    os.waitpid(child, 0)
    return answer


def in_one_go(cells):
    namespace, seen = vars(sys.modules["__main__"]), []
    for cell in cells:
        # Together, so that what is shared stays shared.
        given = pickle.dumps({name: namespace[name] for name in cell["inputs"] if name in namespace})
        shown = run(cell["source"], namespace)
        seen.append((given, shown, {name: content(namespace.get(name)) for name in cell["outputs"]}))
    return seen


def alone(cell, given):
    namespace = vars(sys.modules["__main__"])
    run(cell["before"], namespace)
    namespace.update(pickle.loads(given))
    shown = run(cell["source"], namespace)
    return shown, {name: content(namespace.get(name)) for name in cell["outputs"]}


if __name__ == "__main__":
    told = json.load(sys.stdin)["cells"]
    if any("import pandas" in cell["source"] for cell in told):
        import pandas  # noqa: F401 - loaded once; what the cells do with it still happens in processes of their own
    first = apart(lambda: in_one_go(told))
    if isinstance(first, str):
        sys.exit(first)
    different = []
    for index, (cell, (given, *expected)) in enumerate(zip(told, first)):
        found = apart(lambda: alone(cell, given))
        if list(found) != expected:
            different.append({"cell": index, "expected": expected, "found": found})
    json.dump(different, sys.stdout)
