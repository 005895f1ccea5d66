"""Values between steps: stored by content, one blob for all values that share objects."""
import hashlib
import os
import pickle
import reprlib
import sys
import tempfile
import types

import step_pickle

# Shared by everybody, or never changed in place: no reason to keep two values together.
ATOMS = (str, bytes, int, float, complex, bool, type(None), tuple, frozenset, type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, range)


def write_values(values, folder):
    """
    @param values name -> value
    @returns (name -> blob digest, name -> the error that says why it cannot be stored)
    """
    alone, failures = {}, {}
    for name, value in values.items():
        # The dict is kept: ids count only while what bore them lives.
        holder = {name: value}
        try:
            alone[name] = (*step_pickle.dumps(holder), holder)
        except Exception as error:
            failures[name] = error
    digests = {}
    for group in groups_of(alone):
        data = alone[group[0]][0] if len(group) == 1 else step_pickle.dumps({name: values[name] for name in group})[0]
        digest = store(data, folder)
        digests.update({name: digest for name in group})
    return digests, failures


def groups_of(alone):
    """Names whose pickles went through a common changeable object belong together."""
    owner, parent = {}, {name: name for name in alone}

    def root(name):
        while parent[name] != name:
            name = parent[name]
        return name

    if len(alone) > 1:
        for name, (_, pickler, _) in alone.items():
            for identity in shareable(pickler):
                first = root(owner.setdefault(identity, name))
                parent[root(name)] = first
    groups = {}
    for name in sorted(alone):
        groups.setdefault(root(name), []).append(name)
    return list(groups.values())


def shareable(pickler):
    numpy = sys.modules.get("numpy")
    array = getattr(numpy, "ndarray", ())
    dtype = getattr(numpy, "dtype", ())
    for identity, (_, value) in pickler.memo.copy().items():
        if isinstance(value, ATOMS) or (dtype and isinstance(value, dtype)):
            continue
        yield identity
        while array and isinstance(value, array) and value.base is not None:
            value = value.base
            yield id(value)


def store(data, folder):
    digest = hashlib.sha256(data).hexdigest()
    target = path_of(digest, folder)
    if not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=os.path.join(folder, "partial"))
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    return digest


def path_of(digest, folder):
    return os.path.join(folder, digest[:2], digest)


def read_blob(digest, folder):
    with open(path_of(digest, folder), "rb") as file:
        return pickle.load(file)


def is_worth_keeping(value):
    """Of what no later step takes: modules, figures and the like are not results."""
    return not isinstance(value, types.ModuleType) and not type(value).__module__.startswith("matplotlib")


MOST_COLUMNS = 500


def columns_of(value):
    """Names and types of a table of pandas' or polars', or of an array's elements; nothing of anything else."""
    package = type(value).__module__.split(".")[0]
    try:
        if type(value).__name__ == "DataFrame" and package in ("pandas", "polars"):
            pairs = list(zip(value.columns, value.dtypes))[:MOST_COLUMNS]
            return [{"name": str(name), "type": str(kind)} for name, kind in pairs]
        if package in ("pandas", "polars", "numpy", "torch"):
            return [{"name": "", "type": str(value.dtype)}]
    except Exception:  # A type that only looks like one of those.
        pass
    return None


SHORT = reprlib.Repr()
SHORT.maxother = SHORT.maxstring = 120


def describe(value):
    kind = type(value)
    facts = {"type": kind.__name__ if kind.__module__ in ("builtins", "__main__") else "{}.{}".format(kind.__module__.split(".")[0], kind.__name__)}
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape and all(isinstance(size, int) for size in shape):
        facts["shape"] = " × ".join("{:,}".format(size) for size in shape)
        columns = columns_of(value)
        if columns:
            facts["columns"] = columns
        return facts
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        facts["shape"] = "{:,}".format(len(value))
    try:
        text = SHORT.repr(value)
        if " at 0x" not in text:  # An address says nothing, and differs each time.
            facts["repr"] = text
    except Exception:  # A repr of the user's own may fail.
        pass
    return facts
