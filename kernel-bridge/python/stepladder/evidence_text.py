"""Arrays of text: hundreds of thousands of strings, of which hardly ever one is another since last time."""
import ctypes
import hashlib
import sys

# Elements whose strings are kept, so that no other string can come to stand at the same place.
MOST_KEPT = 8000000
SMALL = 1000

kept = {}


def is_text(array):
    """A one-dimensional array of objects that are all strings, or missing."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "api") or not array.size or not array.flags.c_contiguous:
        return False
    if known_digest(array) is not None:
        return True
    return pandas.api.types.infer_dtype(array.reshape(-1), skipna=True) == "string"


def digest(value):
    """@returns what tells the content, or None for all but large arrays of text"""
    numpy = sys.modules.get("numpy")
    if numpy is None or type(value) is not getattr(numpy, "ndarray", None) or value.dtype != object or value.size < SMALL:
        return None
    known = known_digest(value)
    if known is not None:
        return known
    if not is_text(value):
        return None
    rows = sys.modules["pandas"].util.hash_array(value.reshape(-1))
    found = "{} {}".format(value.shape, hashlib.blake2b(rows.tobytes(), digest_size=16).hexdigest())
    keep(value, found)
    return found


def known_digest(array):
    known = kept.get(id(array))
    return known[1] if known and known[0].shape == array.shape and same_objects(known[0], array) else None


def same_objects(one, other):
    """Strings do not change: where each element is the same object, the content is the same."""
    if not other.flags.c_contiguous:
        return False
    return ctypes.string_at(one.ctypes.data, one.nbytes) == ctypes.string_at(other.ctypes.data, other.nbytes)


def keep(value, found):
    kept.pop(id(value), None)
    kept[id(value)] = (value.copy(), found)
    while sum(array.size for array, _ in kept.values()) > MOST_KEPT:
        del kept[next(iter(kept))]
