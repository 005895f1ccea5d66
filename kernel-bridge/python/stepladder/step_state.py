"""State that is not in variables and that a later cell counts on: random generators, options, environment, folder.

Handed on as what a step changed, so that two steps' changes can be laid over each other in notebook order.
"""
import importlib
import locale
import logging
import os
import random
import sys
import types
import warnings

import step_libraries
import step_pickle


class Patch:
    """An attribute of somebody's module or class, told from another by which object it is."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, Patch) and self.value is other.value

    __hash__ = None


def snapshot():
    """Everything that is carried, as a flat dict of picklable values."""
    state = {
        ("random",): random.getstate(),
        ("cwd",): os.getcwd(),
        ("path",): tuple(sys.path),
        ("warnings",): list(warnings.filters),
        ("recursion",): sys.getrecursionlimit(),
        ("locale",): locale.setlocale(locale.LC_ALL),
    }
    state.update({("environment", name): value for name, value in os.environ.items()})
    state.update({("logging", name): level for name, level in logging_levels()})
    state.update(step_libraries.snapshot())
    state.update(attributes())
    return state


def logging_levels():
    loggers = [("", logging.root), *((name, each) for name, each in list(logging.root.manager.loggerDict.items()) if isinstance(each, logging.Logger))]
    return [(name, logger.level) for name, logger in loggers if logger.level or not name]


def attributes():
    """What hangs on the modules and imported classes that the notebook has names for."""
    found = {}
    for owner in list(vars(sys.modules["__main__"]).values()):
        if isinstance(owner, types.ModuleType):
            place = (owner.__name__, "")
        elif isinstance(owner, type) and owner.__module__ not in ("__main__", "builtins"):
            place = (owner.__module__, owner.__qualname__)
        else:
            continue
        for name, value in list(vars(owner).items()):
            if not name.startswith("_") and not isinstance(value, types.ModuleType):
                found[("attributes", *place, name)] = Patch(value)
    return found


def changed(before, after):
    """What is another one, or new; an attribute counts as new only where its module had others before."""
    gone = {key: None for key in before if key not in after and key[0] == "environment"}
    owners = {key[1:3] for key in before if key[0] == "attributes"}
    new = {
        key: value
        for key, value in after.items()
        if (key in before or key[0] != "attributes" or key[1:3] in owners) and (key not in before or not same(before[key], value))
    }
    return {**gone, **new}


def storable(state):
    """An option may hold what cannot be pickled; the others are handed on all the same."""
    kept = {}
    for key, value in state.items():
        try:
            step_pickle.dumps(value)
        except Exception:
            continue
        kept[key] = value
    return kept


def same(one, other):
    try:
        return bool(one == other)
    except Exception:  # Arrays in options and the like.
        return repr(one) == repr(other)


def restore(state):
    for key, value in state.items():
        try:
            _restore(key, value)
        except Exception:
            continue  # Another version of the library knows no such option.


def _restore(key, value):
    kind = key[0]
    if kind == "random":
        random.setstate(value)
    elif kind == "cwd":
        os.chdir(value)
    elif kind == "path":
        sys.path[:] = value
    elif kind == "warnings":
        warnings.filters[:] = value
        getattr(warnings, "_filters_mutated", lambda: None)()
    elif kind == "recursion":
        sys.setrecursionlimit(value)
    elif kind == "locale":
        locale.setlocale(locale.LC_ALL, value)
    elif kind == "logging":
        logging.getLogger(key[1] or None).setLevel(value)
    elif kind == "environment":
        if value is None:
            os.environ.pop(key[1], None)
        else:
            os.environ[key[1]] = value
    elif kind == "attributes":
        owner = importlib.import_module(key[1])
        for part in filter(None, key[2].split(".")):
            owner = getattr(owner, part)
        setattr(owner, key[3], value.value)
    else:
        step_libraries.restore(key, value)
