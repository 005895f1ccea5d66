"""State besides names that a cell used or changed: random generators, the working folder, what it put on modules."""
import functools
import hashlib
import os
import random
import sys
import types


class State:
    def __init__(self):
        self.active = False
        self.seeded = set()
        self.wrapped = set()
        self.clear()
        self.watch_seeds()

    def begin(self, namespace):
        self.attributes = attributes(namespace)

    def clear(self):
        self.seeded.clear()
        self.before = self.generators()
        self.folder = os.getcwd()

    def watch_seeds(self):
        """A seed begins a new sequence; only the call tells it from a draw."""
        self.wrap("random", random, ("seed", "setstate"))
        numpy = sys.modules.get("numpy.random")
        if numpy is not None:
            self.wrap("numpy.random", numpy, ("seed", "set_state"))

    def wrap(self, generator, module, names):
        if generator in self.wrapped:
            return
        self.wrapped.add(generator)
        for name in names:
            setattr(module, name, self.noting(generator, getattr(module, name)))

    def noting(self, generator, function):
        @functools.wraps(function)
        def noted(*arguments, **options):
            self.seeded.add(generator)
            return function(*arguments, **options)

        return noted

    def generators(self):
        found = {"random": random.getstate()}
        numpy = sys.modules.get("numpy.random")
        if numpy is not None and hasattr(numpy, "get_state"):
            kind, keys, *rest = numpy.get_state()
            found["numpy.random"] = (kind, hashlib.blake2b(keys.tobytes()).digest(), *rest)
        return found

    def told(self, source, namespace):
        after = self.generators()
        drawn = [name for name, state in after.items() if name in self.before and self.before[name] != state]
        # Imported and seeded in one cell, before the seed could be watched.
        fresh = {name for name in after if name not in self.wrapped and "seed" in source}
        self.watch_seeds()
        seeded = self.seeded | fresh
        return {
            "seeded": sorted(seeded),
            "drawn": sorted(set(drawn) - seeded),
            "moved": os.getcwd() != self.folder,
            "patched": patched(self.attributes, attributes(namespace)),
        }


def attributes(namespace):
    """What hangs on the modules that the notebook has names for, by identity."""
    found = {}
    for value in namespace.users().values():
        if isinstance(value, types.ModuleType):
            found[value.__name__] = {name: id(item) for name, item in vars(value).items() if not name.startswith("_")}
    return found


def patched(before, after):
    return sorted(
        "{}.{}".format(module, name)
        for module, names in after.items()
        for name, identity in names.items()
        if module in before and before[module].get(name, identity) != identity
    )
