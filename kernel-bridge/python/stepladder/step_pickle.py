"""Pickling of what a notebook defines itself: functions, classes and closures of `__main__`.

What every step has by its replicated definitions goes by name (with a digest of its code, so that a change shows);
what a step's own cells define goes by value, bound to the namespace of the step that reads it: a function sees the
globals that are current where it is called, as it does in a notebook.
"""
import dataclasses
import enum
import functools
import importlib
import io
import marshal
import os
import pickle
import sys
import types

import step_arrays

PROTOCOL = 5


class Definitions:
    """The namespace of this step, what is replicated in it, and the classes that came or will go by value."""

    def __init__(self):
        self.namespace = {}
        self.replicated = {}
        self.digests = {}
        self.classes = {}
        self.class_ids = {}
        self.step = ""
        # Where modules were found before any cell ran.
        self.paths = frozenset(sys.path)

    def bind(self, namespace, digests, step):
        self.namespace, self.digests, self.step = namespace, digests, step

    def remember_replicated(self):
        kinds = (types.FunctionType, type, functools._lru_cache_wrapper)
        for name, value in self.namespace.items():
            if isinstance(value, kinds) and getattr(value, "__module__", None) == "__main__":
                self.replicated[id(value)] = name

    def class_id(self, cls):
        return self.class_ids.setdefault(cls, "{}:{}".format(self.step, cls.__qualname__))


current = Definitions()


class StepPickler(pickle.Pickler):
    def __init__(self, file, shared=frozenset()):
        super().__init__(file, protocol=PROTOCOL)
        self.shared = shared

    def reducer_override(self, value):
        if self.shared and type(value) is step_arrays.array_type():
            return step_arrays.reduce_view(value, self.shared) or NotImplemented
        name = current.replicated.get(id(value))
        if name is not None and current.namespace.get(name) is value:
            return fetch_definition, (name, current.digests.get(name, ""))
        if isinstance(value, IMPORTED):
            found = reduce_imported(value)
            if found is not None:
                return found
        reduce = REDUCERS.get(type(value))
        if reduce is not None:
            return reduce(value)
        if isinstance(value, type) and value.__module__ == "__main__":
            return reduce_enum(value) if isinstance(value, enum.EnumMeta) else reduce_class(value)
        return NotImplemented


def dumps(value):
    """@returns the bytes and the pickler, whose memo says which objects went in."""
    buffer = io.BytesIO()
    pickler = StepPickler(buffer)
    pickler.dump(value)
    shared = step_arrays.shared_owners(each for _, each in pickler.memo.copy().values())
    if shared:
        buffer = io.BytesIO()
        pickler = StepPickler(buffer, shared)
        pickler.dump(value)
    return buffer.getvalue(), pickler


IMPORTED = (type, types.FunctionType, types.ModuleType)


def reduce_imported(value):
    """What lies where only a changed `sys.path` leads takes its path along, as the cells that come later have it in the notebook."""
    if isinstance(value, types.ModuleType):
        module, name = value.__name__, ""
    else:
        module, name = value.__module__, value.__qualname__
    if not module or module == "__main__" or "<locals>" in name:
        return None
    paths = paths_to(module)
    return (fetch_imported, (paths, module, name)) if paths else None


def paths_to(module):
    added = [path for path in sys.path if path not in current.paths]
    top = sys.modules.get(module.partition(".")[0])
    if not added or top is None:
        return ()
    places = list(getattr(top, "__path__", ())) or [getattr(top, "__file__", None)]
    folders = {os.path.dirname(os.path.realpath(place)) for place in places if place}
    return tuple(path for path in added if os.path.realpath(path) in folders)


def fetch_imported(paths, module, name):
    sys.path.extend(path for path in paths if path not in sys.path)
    value = importlib.import_module(module)
    for part in filter(None, name.split(".")):
        value = getattr(value, part)
    return value


def fetch_definition(name, _digest):
    return current.namespace[name]


def reduce_function(function):
    module = None
    if function.__globals__ is not current.namespace:
        # A function that a library made while it ran, such as a decorator's: its code, with the library's names.
        module = sys.modules.get(function.__module__)
        if "<locals>" not in function.__qualname__ or module is None or vars(module) is not function.__globals__:
            return NotImplemented
    try:
        code = marshal.dumps(function.__code__, 2)  # Later formats depend on reference counts.
    except ValueError:
        code = marshal.dumps(function.__code__)
    cells = function.__closure__ or ()
    state = (
        [contents(cell) for cell in cells],
        function.__defaults__,
        function.__kwdefaults__,
        {key: getattr(function, key, None) for key in ("__qualname__", "__doc__", "__module__", "__annotations__")},
        function.__dict__,
    )
    made_with = (code, function.__name__, tuple(cells)) + (() if module is None else (module.__name__,))
    return make_function, made_with, state, None, None, fill_function


def make_function(code, name, cells, module=None):
    names = current.namespace if module is None else vars(importlib.import_module(module))
    return types.FunctionType(marshal.loads(code), names, name, None, cells or None)


def fill_function(function, state):
    cells, function.__defaults__, function.__kwdefaults__, attributes, own = state
    for cell, value in zip(function.__closure__ or (), cells):
        if value:
            cell.cell_contents = value[0]
    for key, value in attributes.items():
        setattr(function, key, value)
    function.__dict__.update(own)


def make_cell():
    return types.CellType()


def contents(cell):
    try:
        return (cell.cell_contents,)
    except ValueError:  # Not filled yet.
        return ()


BORN_WITH_CLASS = ("__dict__", "__weakref__", "_abc_impl", "__slots__", "__module__", "__qualname__", "__annotate_func__", "__annotations_cache__")


def reduce_class(cls):
    slots = cls.__dict__.get("__slots__")
    names = {slots} if isinstance(slots, str) else set(slots or ())
    given = {"__module__": cls.__module__, "__qualname__": cls.__qualname__}
    if slots is not None:
        given["__slots__"] = slots
    body = {key: value for key, value in cls.__dict__.items() if key not in BORN_WITH_CLASS and key not in names}
    return make_class, (type(cls), cls.__name__, cls.__bases__, given, current.class_id(cls)), body, None, None, fill_class


def make_class(metaclass, name, bases, given, class_id):
    known = current.classes.get(class_id)
    if known is not None:  # Another value brought it already; instances of both are of one class.
        return known
    cls = types.new_class(name, bases, {"metaclass": metaclass}, lambda namespace: namespace.update(given))
    current.classes[class_id] = cls
    current.class_ids[cls] = class_id
    return cls


def fill_class(cls, body):
    for key, value in body.items():
        setattr(cls, key, value)


def reduce_enum(cls):
    members = {member.name: member.value for member in cls}
    return make_enum, (type(cls), cls.__name__, cls.__bases__, cls.__qualname__, members, current.class_id(cls))


def make_enum(metaclass, name, bases, qualname, members, class_id):
    if class_id not in current.classes:
        namespace = metaclass.__prepare__(name, bases)
        for key, value in {"__module__": "__main__", "__qualname__": qualname, **members}.items():
            namespace[key] = value
        current.classes[class_id] = metaclass(name, bases, namespace)
        current.class_ids[current.classes[class_id]] = class_id
    return current.classes[class_id]


def reduce_cache(wrapper):
    options = wrapper.cache_parameters() if hasattr(wrapper, "cache_parameters") else {"maxsize": 128, "typed": False}
    return make_cache, (wrapper.__wrapped__, options["maxsize"], options["typed"])


def make_cache(function, maxsize, typed):
    return functools.lru_cache(maxsize, typed)(function)


def sentinel(name):
    return getattr(dataclasses, name)


REDUCERS = {
    types.FunctionType: reduce_function,
    types.CellType: lambda cell: (make_cell, ()),
    types.ModuleType: lambda module: (importlib.import_module, (module.__name__,)),
    types.MappingProxyType: lambda proxy: (types.MappingProxyType, (dict(proxy),)),
    functools._lru_cache_wrapper: reduce_cache,
    property: lambda value: (property, (value.fget, value.fset, value.fdel, value.__doc__)),
    classmethod: lambda value: (classmethod, (value.__func__,)),
    staticmethod: lambda value: (staticmethod, (value.__func__,)),
    type(dataclasses._FIELD): lambda value: (sentinel, (value.name,)),
    type(dataclasses.MISSING): lambda value: (sentinel, ("MISSING",)),
}
