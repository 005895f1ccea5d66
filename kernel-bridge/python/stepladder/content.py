"""
A digest of what a value holds, so that a cell that ran again with the same result is known for it. Only of plain values that
are quickly looked through: nothing of the user's code runs, and nothing is copied that is large.
"""

import hashlib
import sys
import time

#: Seconds of work for all values of one cell, and what one value may have.
PATIENCE = 0.005
MOST_BYTES = 1 << 20
MOST_ITEMS = 2048
#: Items between two looks at the clock.
STRIDE = 64
DEEPEST = 6
MOST_COLUMNS = 200

SCALARS = (int, float, bool, complex, str, bytes, type(None))
LISTS = (list, tuple)


class NotPlain(Exception):
    """Too large, too deep, or of a type that only the user's code can tell about."""


class Contents:
    """For the values of one cell: after a while the rest is not looked at."""

    def __init__(self, patience=PATIENCE):
        self._until = time.thread_time() + patience

    def digest(self, value):
        """@returns None where it cannot be told"""
        try:
            reading = Reading(self._until)
            reading.take(value, 0)
            return reading.hash.hexdigest()
        except Exception:  # Also what a library may throw for a value in an odd state.
            return None


class Reading:
    def __init__(self, until):
        self.hash = hashlib.blake2b(digest_size=12)
        self.until = until
        self.items = MOST_ITEMS
        self.bytes = MOST_BYTES

    def take(self, value, depth):
        if self.items % STRIDE == 0 and time.thread_time() > self.until:
            raise NotPlain()
        self.items -= 1
        if self.items < 0 or depth > DEEPEST:
            raise NotPlain()
        kind = type(value)
        if kind in SCALARS:
            self.write(kind.__name__, value if kind is bytes else _text(value))
        elif kind in LISTS:
            self.write(kind.__name__, self.room(value))
            for item in value:
                self.take(item, depth + 1)
        elif kind is dict:
            self.write("dict", self.room(value))
            for key, item in value.items():
                self.take(key, depth + 1)
                self.take(item, depth + 1)
        elif kind.__module__ == "numpy" and kind.__name__ == "ndarray":
            self.array(value, depth)
        elif isinstance(value, _numpy_scalar()):
            self.write(kind.__name__, value.tobytes())
        elif kind.__module__.partition(".")[0] == "pandas" and kind.__name__ in ("DataFrame", "Series"):
            self.table(value, depth)
        else:
            raise NotPlain()

    def room(self, items):
        if len(items) > self.items:
            raise NotPlain()
        return str(len(items))

    def write(self, kind, content):
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        self.bytes -= len(data)
        if self.bytes < 0:
            raise NotPlain()
        self.hash.update("{} {} ".format(kind, len(data)).encode())
        self.hash.update(data)

    def array(self, array, depth):
        if array.nbytes > self.bytes or (array.dtype == object and array.size > self.items):
            raise NotPlain()
        self.write("array", "{} {}".format(array.dtype, array.shape))
        if array.dtype == object:
            self.take(array.tolist(), depth + 1)
        elif array.dtype.hasobject:
            raise NotPlain()
        else:
            self.write("data", array.tobytes())

    def table(self, table, depth):
        columns = [table] if table.ndim == 1 else [table.iloc[:, at] for at in range(min(table.shape[1], MOST_COLUMNS + 1))]
        if len(columns) > MOST_COLUMNS or table.size * 8 > MOST_BYTES:
            raise NotPlain()
        self.write("table", "{} {}".format(type(table).__name__, table.shape))
        self.array(table.index.to_numpy(), depth)
        for column in columns:
            self.take(column.name, depth + 1)
            self.write("dtype", str(column.dtype))
            self.array(column.to_numpy(), depth)


def _text(value):
    return value if isinstance(value, str) else repr(value)


def _numpy_scalar():
    numpy = sys.modules.get("numpy")
    return getattr(numpy, "generic", ()) if numpy is not None else ()
