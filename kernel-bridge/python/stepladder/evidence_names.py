"""The notebook's namespace, which remembers what a cell looked up, bound and deleted."""
import ast
import sys

HIDDEN = {"In", "Out", "_", "__", "___", "_i", "_ii", "_iii", "_ih", "_oh", "_dh", "exit", "quit", "get_ipython", "__warningregistry__", "__annotations__"}


def is_hidden(name):
    """IPython's own names; a name such as `_tmp` is the user's."""
    if not isinstance(name, str) or name in HIDDEN or (name.startswith("__") and name.endswith("__")):
        return True
    return name.startswith("_") and name[1:].lstrip("i").isdigit()


class Names:
    """What one cell did to names, in the order that counts: a name that it bound first is no input."""

    def __init__(self):
        self.active = False
        self.clear()

    def clear(self):
        self.read, self.touched, self.bound, self.deleted = set(), set(), set(), set()

    def note_read(self, name):
        if self.active and not is_hidden(name):
            self.touched.add(name)
            if name not in self.bound:
                self.read.add(name)

    def note_bound(self, name):
        if self.active and not is_hidden(name):
            self.bound.add(name)
            self.deleted.discard(name)

    def note_deleted(self, name):
        if self.active and not is_hidden(name):
            self.note_read(name)
            self.bound.discard(name)
            self.deleted.add(name)


def is_magic_itself():
    """`%timeit` looks all names over and puts them back; what the timed code does is seen without that."""
    return sys._getframe(2).f_globals.get("__name__") == "IPython.core.magics.execution"


class Namespace(dict):
    """Module code and functions look names up through these methods, since this is not a plain dict."""

    def __init__(self, names, *content):
        super().__init__(*content)
        self.names = names

    def __getitem__(self, name):
        self.names.note_read(name)
        return dict.__getitem__(self, name)

    def __contains__(self, name):
        if not is_magic_itself():
            self.names.note_read(name)
        return dict.__contains__(self, name)

    def get(self, name, default=None):
        if not is_magic_itself():
            self.names.note_read(name)
        return dict.get(self, name, default)

    def values(self):
        if not is_magic_itself():
            self.note_all()
        return dict.values(self)

    def items(self):
        if not is_magic_itself():
            self.note_all()
        return dict.items(self)

    def __setitem__(self, name, value):
        self.names.note_bound(name)
        dict.__setitem__(self, name, value)

    def setdefault(self, name, default=None):
        if name not in self:
            self[name] = default
        return self[name]

    def update(self, *others, **more):
        if is_magic_itself():
            dict.update(self, *others, **more)
            return
        for name, value in dict(*others, **more).items():
            self[name] = value

    def __delitem__(self, name):
        self.names.note_deleted(name)
        dict.__delitem__(self, name)

    def pop(self, name, *default):
        if dict.__contains__(self, name) and not is_magic_itself():
            self.names.note_deleted(name)
        return dict.pop(self, name, *default)

    def copy(self):
        """What looks names up in a copy (`DataFrame.query`) reads the notebook's names all the same."""
        return ReadCopy(self.names, self)

    def note_all(self):
        for name in list(self.keys()):
            self.names.note_read(name)

    def users(self):
        """The user's variables, without a trace."""
        return {name: value for name, value in dict.items(self) if not is_hidden(name)}


class ReadCopy(Namespace):
    def __setitem__(self, name, value):
        dict.__setitem__(self, name, value)

    def __delitem__(self, name):
        dict.__delitem__(self, name)


BRANCHES = (ast.If, ast.For, ast.While, ast.Try, ast.IfExp, ast.BoolOp) + ((ast.Match,) if hasattr(ast, "Match") else ())
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def written_names(source):
    """
    What the text says whichever way it goes: names that it imports, that it may bind, and that stand in a branch.
    A run sees one way only.
    """
    imported, bound, branched = set(), set(), set()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {"imports": [], "binds": [], "branches": []}
    nodes = [(node, False) for node in tree.body]
    while nodes:
        node, inside = nodes.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imported.update((alias.asname or alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, INNER):
            if not isinstance(node, ast.Lambda):
                bound.add(node.name)
            bound.update(name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names)
            continue
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                bound.add(node.id)
            if inside:
                branched.add(node.id)
        inside = inside or isinstance(node, BRANCHES)
        nodes += [(child, inside) for child in ast.iter_child_nodes(node)]
    return {"imports": sorted(imported), "binds": sorted(bound), "branches": sorted(branched)}
