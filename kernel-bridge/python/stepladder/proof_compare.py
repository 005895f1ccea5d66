"""Is a value what it was in the kernel? Exactly, nearly (1e-9), or where not: the first place, by column for tables."""
import math
import pickle
import sys

import step_values

TOLERANCE = 1e-9
DEEPEST = 60
MOST = 2000000


class Different(Exception):
    def __init__(self, place, ours, theirs):
        super().__init__(place)
        self.place, self.ours, self.theirs = place, ours, theirs


class Unknown(Exception):
    """Neither equal nor different: nobody can say."""


def compare_with_runs(value, name, digests, folder):
    """@param digests of what two runs of the kernel had, the first one being what counts"""
    verdicts = []
    expected = []
    for digest in digests:
        try:
            expected.append(step_values.read_blob(digest, folder)[name])
        except Exception:
            return {"verdict": "unknown"}
    for theirs in expected:
        verdict = compare(value, theirs)
        if verdict["verdict"] in ("equal", "close"):
            return verdict
        verdicts.append(verdict)
    if len(expected) == 2 and compare(expected[0], expected[1])["verdict"] == "different":
        return {"verdict": "volatile"}
    return verdicts[0]


def compare(ours, theirs):
    walk = Comparison()
    try:
        walk.same(ours, theirs, "", 0)
    except Different as difference:
        return {"verdict": "different", "place": difference.place, "pipeline": short(difference.ours), "notebook": short(difference.theirs)}
    except (Unknown, RecursionError):
        return {"verdict": "unknown"}
    except Exception:  # A comparison of the user's own types may raise whatever it likes.
        return {"verdict": "unknown"}
    if walk.unsure:
        return {"verdict": "unknown"}
    return {"verdict": "close" if walk.close else "equal"}


def short(value):
    try:
        item = getattr(value, "item", None)
        text = repr(item() if callable(item) and type(value).__module__ == "numpy" and not getattr(value, "shape", 1) else value)
    except Exception:
        text = type(value).__name__
    return text if len(text) <= 200 else text[:197] + "..."


def kind_of(value):
    return "{}.{}".format(type(value).__module__, type(value).__qualname__)


class Comparison:
    def __init__(self):
        self.close = False
        # Inside objects of libraries only numbers are content: how the rest is arranged may depend on where they were made.
        self.inside = 0
        self.unsure = False
        self.seen = {}
        self.count = 0

    def same(self, ours, theirs, place, depth):
        self.count += 1
        if depth > DEEPEST or self.count > MOST:
            raise Unknown()
        if ours is theirs:
            return
        if kind_of(ours) != kind_of(theirs):
            return self.arranged(place, type(ours).__name__, type(theirs).__name__)
        if isinstance(ours, (float, complex)):
            return self.number(ours, theirs, place)
        if isinstance(ours, (str, bytes, int, bool, type(None), range)):
            return None if ours == theirs else self.arranged(place, ours, theirs)
        if self.seen.get(id(ours)) == id(theirs):
            return None
        self.seen[id(ours)] = id(theirs)
        library = type(ours).__module__.partition(".")[0]
        if library == "numpy" and hasattr(ours, "dtype"):
            return self.array(ours, theirs, place, depth)
        if library == "pandas":
            return self.pandas(ours, theirs, place, depth)
        if isinstance(ours, (list, tuple)):
            if len(ours) != len(theirs):
                return self.arranged("len({})".format(place or "value"), len(ours), len(theirs))
            for at, (one, other) in enumerate(zip(ours, theirs)):
                self.same(one, other, "{}[{}]".format(place, at), depth + 1)
            return self.attributes(ours, theirs, place, depth)
        if isinstance(ours, dict):
            return self.mapping(ours, theirs, place, depth)
        if isinstance(ours, (set, frozenset)):
            if ours != theirs and all(isinstance(each, (str, bytes, int, float, bool, type(None), tuple)) for each in (*ours, *theirs)):
                return self.arranged(place, ours - theirs, theirs - ours)
            return None
        return self.object(ours, theirs, place, depth)

    def arranged(self, place, ours, theirs):
        if not self.inside:
            raise Different(place, ours, theirs)
        self.unsure = True

    def number(self, ours, theirs, place):
        if ours == theirs or (ours != ours and theirs != theirs):
            return
        if isinstance(ours, float) and math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            self.close = True
            return
        raise Different(place, ours, theirs)

    def length(self, ours, theirs, place):
        if len(ours) != len(theirs):
            raise Different("len({})".format(place or "value"), len(ours), len(theirs))

    def mapping(self, ours, theirs, place, depth):
        if self.inside or len(ours) != len(theirs):
            if len(ours) != len(theirs):
                self.arranged("len({})".format(place or "value"), len(ours), len(theirs))
            for key in [key for key in list(ours) if key in theirs]:
                self.same(ours[key], theirs[key], "{}[{}]".format(place, short(key)), depth + 1)
            return
        for (one, ours_item), (other, theirs_item) in zip(list(dict.items(ours)), list(dict.items(theirs))):
            if isinstance(one, (str, int, float, bytes, bool, tuple)) and one != other:
                raise Different("order of the keys of {}".format(place) if place else "order of the keys", one, other)
            self.same(ours_item, theirs_item, "{}[{}]".format(place, short(one)), depth + 1)

    def array(self, ours, theirs, place, depth):
        numpy = sys.modules["numpy"]
        if ours.dtype != theirs.dtype:
            raise Different("dtype of {}".format(place) if place else "dtype", ours.dtype, theirs.dtype)
        if ours.shape != theirs.shape:
            raise Different("shape of {}".format(place) if place else "shape", ours.shape, theirs.shape)
        if ours.dtype.hasobject:
            for at in numpy.ndindex(ours.shape):
                self.same(ours[at], theirs[at], "{}[{}]".format(place, ", ".join(map(str, at))), depth + 1)
            return
        one, other = numpy.asarray(ours), numpy.asarray(theirs)
        if one.tobytes() == other.tobytes():
            return
        if one.dtype.kind in "fc":
            if numpy.array_equal(one, other, equal_nan=True):
                return
            if numpy.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True):
                self.close = True
                return
            apart = ~numpy.isclose(one, other, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
        elif one.dtype.fields:
            raise Different(place, ours, theirs)
        else:
            apart = one != other
        if not apart.any():
            return
        at = tuple(int(axis[0]) for axis in numpy.nonzero(numpy.atleast_1d(apart)))
        spot = at if one.ndim else ()
        raise Different("{}[{}]".format(place, ", ".join(map(str, at))) if spot else place, one[spot], other[spot])

    def pandas(self, ours, theirs, place, depth):
        name = type(ours).__name__
        if name == "DataFrame":
            self.pandas(ours.columns, theirs.columns, "columns", depth)
            self.pandas(ours.index, theirs.index, "index", depth)
            for at in range(ours.shape[1]):
                self.values(ours.iloc[:, at], theirs.iloc[:, at], "{}column {}".format(place + " " if place else "", short(ours.columns[at])), depth)
        elif name == "Series":
            self.pandas(ours.index, theirs.index, "index", depth)
            self.values(ours, theirs, place, depth)
        elif hasattr(ours, "equals") and hasattr(ours, "names"):
            if not ours.equals(theirs) or list(ours.names) != list(theirs.names):
                raise Different(place or "index", ours, theirs)
        else:
            self.object(ours, theirs, place, depth)

    def values(self, ours, theirs, place, depth):
        if ours.dtype != theirs.dtype:
            raise Different("dtype of {}".format(place or "the series"), ours.dtype, theirs.dtype)
        self.length(ours, theirs, place)
        numpy = sys.modules["numpy"]
        one, other = numpy.asarray(ours), numpy.asarray(theirs)
        if one.dtype.hasobject:
            pandas = sys.modules["pandas"]
            for row, (left, right) in enumerate(zip(one, other)):
                if pandas.api.types.is_scalar(left) and left is not right and pandas.isna(left) and pandas.isna(right):
                    continue
                self.same(left, right, "{}, row {}".format(place, row), depth + 1)
            return
        self.array(one, other, place, depth)

    def attributes(self, ours, theirs, place, depth):
        one, other = getattr(ours, "__dict__", None), getattr(theirs, "__dict__", None)
        if isinstance(one, dict) and isinstance(other, dict):
            for name in sorted(set(one) & set(other), key=str):
                self.same(one[name], other[name], "{}.{}".format(place, name), depth + 1)

    def object(self, ours, theirs, place, depth):
        if callable(ours) or isinstance(ours, type):
            return
        state = getattr(ours, "__dict__", None)
        if isinstance(state, dict) and state:
            # Caches come and go; what both have has to be the same.
            outside = type(ours).__module__ != "__main__"
            self.inside += outside
            self.attributes(ours, theirs, place, depth)
            self.inside -= outside
            return
        try:
            if pickle.dumps(ours) == pickle.dumps(theirs):
                return
            equal = ours == theirs
        except Exception:
            raise Unknown() from None
        if equal is True:
            return
        if type(ours).__eq__ is object.__eq__ or not isinstance(equal, bool):
            raise Unknown()
        self.arranged(place, ours, theirs)
