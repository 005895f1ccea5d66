"""
Which names a cell bound or changed, with type and shape. Cheap, and without running code of the user's: only the types of
well-known packages are asked for a shape, everything else is known by its type's name alone.
"""

import ast

MOST_NAMES = 5000
MOST_CHANGES = 50
LONGEST_SOURCE = 50000
PACKAGES_WITH_SHAPE = {"pandas", "numpy", "polars", "scipy", "torch", "pyarrow", "xarray"}
SIZED = (list, dict, set, tuple, frozenset, str, bytes, bytearray)
UNCHANGING = frozenset(
    (str, int, float, bool, complex, bytes, tuple, frozenset, type(None), type, type(ast), type(ast.parse), type(len))
)
OF_IPYTHON = {"In", "Out", "exit", "quit", "get_ipython", "open", "_", "__", "___", "_dh", "_oh", "_ih"}


def is_users(name):
    if name in OF_IPYTHON or (name.startswith("__") and name.endswith("__")):
        return False
    digits = name.lstrip("_").lstrip("i")
    # `_7`, `_i7`, `_ii`: IPython's history. `_tmp` is the user's.
    return not (name.startswith("_") and (digits == "" or digits.isdigit()))


class Snapshot:
    """Identity of every value, and the shape of those whose shape can change while they stay the same."""

    def __init__(self, namespace):
        items = list(namespace.items())
        self.identities = {name: id(value) for name, value in items}
        self.shapes = {}
        # A long session holds hundreds of sources and numbers: one look at the type passes them over.
        for name, value in items:
            if type(value) not in UNCHANGING:
                shape = shape_of(value)
                if shape is not None:
                    self.shapes[name] = shape


def snapshot(namespace):
    """Nothing for a namespace that would take long."""
    return None if len(namespace) > MOST_NAMES else Snapshot(namespace)


def changes(before, namespace, source):
    """A list of {name, type, shape?, content?} in the order in which the names came to be."""
    if before is None:
        return []
    from .content import Contents  # Not needed by who only asks for names.

    assigned = set(assigned_names(source))
    found = []
    contents = Contents()
    identities, shapes = before.identities, before.shapes
    for name, value in list(namespace.items()):
        if identities.get(name) == id(value) and name not in assigned:
            if name not in shapes or shapes[name] == shape_of(value):
                continue
        if is_users(name):
            found.append(describe(name, value, contents))
            if len(found) == MOST_CHANGES:
                break
    return found


def describe(name, value, contents):
    change = {"name": name, "type": type(value).__name__}
    shape = shape_of(value)
    if shape is not None:
        change["shape"] = " × ".join("{:,}".format(size) for size in shape)
    content = contents.digest(value)
    if content is not None:
        change["content"] = content
    return change


def shape_of(value):
    kind = type(value)
    if kind in SIZED:
        return (len(value),)
    package = getattr(kind, "__module__", None)
    if not isinstance(package, str) or package.partition(".")[0] not in PACKAGES_WITH_SHAPE:
        return None
    try:
        shape = tuple(int(size) for size in value.shape)
    except Exception:  # A type without a shape, or with one that is not known yet.
        return None
    return shape if shape else None


def assigned_names(source):
    """Names that the cell's own lines bind, in order; none of a cell that is not plain Python."""
    if len(source) > LONGEST_SOURCE:
        return []
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    names = []
    _collect(tree.body, names)
    return list(dict.fromkeys(names))


def _collect(nodes, names):
    for node in nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store):
                names.append(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.extend(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif not isinstance(
            node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        ):
            _collect(ast.iter_child_nodes(node), names)
