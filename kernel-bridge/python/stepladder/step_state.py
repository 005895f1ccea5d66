"""State that is not in variables and that a later cell counts on: random generators, options, environment, folder.

Handed on as what a step changed, so that two steps' changes can be laid over each other in notebook order.
"""
import os
import pickle
import random
import sys
import warnings


def _numpy():
    return sys.modules.get("numpy")


def _options_of_pandas():
    module = sys.modules.get("pandas._config.config")
    return {key: module.get_option(key) for key in list(getattr(module, "_registered_options", ())) if key not in getattr(module, "_deprecated_options", ())}


def snapshot():
    """Everything that is carried, as a flat dict of picklable values."""
    state = {("random",): random.getstate(), ("cwd",): os.getcwd(), ("path",): tuple(sys.path), ("warnings",): list(warnings.filters)}
    state.update({("environment", name): value for name, value in os.environ.items()})
    numpy = _numpy()
    if numpy is not None:
        kind, keys, *rest = numpy.random.get_state()
        state[("numpy.random",)] = (kind, keys.tolist(), *rest)
        state[("numpy.errors",)] = numpy.geterr()
        state[("numpy.print",)] = {key: value for key, value in numpy.get_printoptions().items() if not callable(value)}
    if "pandas" in sys.modules:
        state.update({("pandas", key): value for key, value in _options_of_pandas().items()})
    if "matplotlib" in sys.modules:
        # Reading `backend` through the mapping would start one.
        parameters = sys.modules["matplotlib"].rcParams
        state.update({("matplotlib", key): dict.__getitem__(parameters, key) for key in parameters if key != "backend"})
    return state


def changed(before, after):
    gone = {key: None for key in before if key not in after and key[0] == "environment"}
    new = {key: value for key, value in after.items() if key not in before or not same(before[key], value)}
    return {**gone, **new}


def storable(state):
    """An option may hold what cannot be pickled; the others are handed on all the same."""
    kept = {}
    for key, value in state.items():
        try:
            pickle.dumps(value)
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
        except (KeyError, ValueError, OSError, AttributeError, ImportError):
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
    elif kind == "environment":
        if value is None:
            os.environ.pop(key[1], None)
        else:
            os.environ[key[1]] = value
    elif kind == "pandas":
        import pandas

        pandas.set_option(key[1], value)
    elif kind == "matplotlib":
        import matplotlib

        matplotlib.rcParams[key[1]] = value
    elif kind.startswith("numpy"):
        import numpy

        if kind == "numpy.random":
            numpy.random.set_state(value)
        elif kind == "numpy.errors":
            numpy.seterr(**value)
        else:
            numpy.set_printoptions(**value)
