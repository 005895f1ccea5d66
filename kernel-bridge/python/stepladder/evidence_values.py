"""Has the content of a value changed, and which names share what is inside: answered without keeping anything alive."""
import gc
import hashlib
import pickle
import sys
import time
import types

import evidence_text

LARGEST = 1024 * 1024 * 1024
MOST_OBJECTS = 200000

# A run may have changed these without anybody being able to tell.
UNTOLD = "untold"
TOO_LARGE = "too large"
NOT_COMPARED = (UNTOLD, TOO_LARGE, None)


class TooLarge(Exception):
    pass


class Budget:
    """Seconds for looking at values: a share of what the cells themselves took. Small values are looked at whatever is left."""

    SHARE, AT_FIRST, ALWAYS = 0.3, 1.0, 0.002

    def __init__(self):
        self.left = self.AT_FIRST

    def earn(self, seconds):
        self.left += seconds * self.SHARE

    def spend(self, seconds):
        self.left -= seconds

    def deadline(self):
        return time.process_time() + max(self.left, self.ALWAYS)


class Digest:
    """Takes a pickle in place of a file."""

    def __init__(self, deadline):
        self.hash = hashlib.blake2b(digest_size=16)
        self.size, self.deadline = 0, deadline

    def write(self, data):
        self.size += len(data)
        if self.size > LARGEST or (self.deadline and time.process_time() > self.deadline):
            raise TooLarge()
        self.hash.update(data)

    def take_buffer(self, buffer):
        with buffer.raw() as raw:
            self.write(raw)


class ContentPickler(pickle.Pickler):
    """By content what `pickle` would give by name, and without what is only a cache. Never read back."""

    def reducer_override(self, value):
        if isinstance(value, types.FunctionType):
            return function_content(value) if is_notebooks(value) else NotImplemented
        if isinstance(value, types.ModuleType):
            return stand_in, (value.__name__,)
        if isinstance(value, type):
            return class_content(value) if value.__module__ == "__main__" else NotImplemented
        text = evidence_text.digest(value)
        if text is not None:
            return stand_in, ("text", text)
        pandas = sys.modules.get("pandas")
        if pandas is not None and type(value) is getattr(pandas, "DataFrame", None):
            columns = [value.iloc[:, at].array for at in range(value.shape[1])]
            return stand_in, ("frame",), (value.columns, value.index, columns, dict(value.attrs))
        caches = cached_names(type(value))
        if caches and hasattr(value, "__dict__"):
            return stand_in, (type(value),), {key: item for key, item in vars(value).items() if key not in caches}
        return NotImplemented


def stand_in(_content):
    raise TypeError("A fingerprint is not a value")


def is_notebooks(function):
    return function.__module__ == "__main__" or "<locals>" in function.__qualname__ or "<lambda>" in function.__qualname__


def function_content(function):
    cells = []
    for cell in function.__closure__ or ():
        try:
            cells.append(cell.cell_contents)
        except ValueError:
            cells.append(None)
    code = function.__code__
    return stand_in, ((code.co_name, code.co_code),), (function.__defaults__, function.__kwdefaults__, cells, function.__dict__)


def class_content(cls):
    own = {key: value for key, value in vars(cls).items() if not (key.startswith("__") and key.endswith("__")) and not key.startswith("_abc_")}
    plain = {key: getattr(value, "__func__", value) for key, value in own.items() if not isinstance(value, (property, types.MemberDescriptorType, types.GetSetDescriptorType))}
    return stand_in, (cls.__qualname__,), {key: value for key, value in plain.items() if not callable(getattr(value, "__get__", None)) or isinstance(value, types.FunctionType)}


def cached_names(cls):
    return {
        name
        for base in cls.__mro__
        if base is not object
        for name, value in vars(base).items()
        if type(value).__name__ == "cached_property"
    }


def fingerprint(value, budget=None):
    began = time.process_time()
    digest = Digest(budget.deadline() if budget else None)
    try:
        ContentPickler(digest, protocol=5, buffer_callback=digest.take_buffer).dump(value)
    except (TooLarge, MemoryError):
        return TOO_LARGE
    except Exception:
        return UNTOLD
    finally:
        if budget:
            budget.spend(time.process_time() - began)
    return digest.hash.hexdigest()


ATOMS = (str, bytes, int, float, complex, bool, type(None), range, slice, types.ModuleType, types.BuiltinFunctionType, types.CodeType, types.MemberDescriptorType, types.GetSetDescriptorType)


def shared_parts(value, namespace):
    """Ids of the changeable objects and array buffers inside a value: names that have one in common change together."""
    numpy = sys.modules.get("numpy")
    array, untold = getattr(numpy, "ndarray", ()), (getattr(numpy, "dtype", ()), getattr(getattr(numpy, "random", None), "RandomState", ()))
    seen, parts, waiting = set(), set(), [value]
    while waiting and len(seen) < MOST_OBJECTS:
        each = waiting.pop()
        if id(each) in seen or each is namespace or isinstance(each, ATOMS) or isinstance(each, untold):
            continue
        seen.add(id(each))
        if isinstance(each, type):
            if each.__module__ == "__main__":
                parts.add(id(each))
            continue
        if isinstance(each, types.FunctionType):
            waiting += [cell for cell in each.__closure__ or ()] + list(each.__defaults__ or ()) + [each.__dict__]
            continue
        if not isinstance(each, (tuple, frozenset)):
            parts.add(id(each))
        if array and isinstance(each, array):
            plain = not each.dtype.hasobject or evidence_text.is_text(each)
            while isinstance(each, array) and each.base is not None:
                each = each.base
                parts.add(id(each))
            if plain:
                continue
        waiting += gc.get_referents(each)
    return parts
