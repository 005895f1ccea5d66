"""Cells as code: compiled under names that lead back to the cell. Magics were made plain Python by the server."""
import __future__
import ast
import builtins
import linecache

FUTURE = 0
for _feature in __future__.all_feature_names:
    FUTURE |= getattr(__future__, _feature).compiler_flag


class Sources:
    """All code of a job; knows which cell a code object came from."""

    def __init__(self):
        self.cells = {}
        self.lines_before = {}
        self.flags = 0

    def remember(self, filename, cell, lines_before=0):
        self.cells[filename] = cell
        self.lines_before[filename] = lines_before

    def compile(self, source, filename, cell):
        self.remember(filename, cell)
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        code = compile(source, filename, "exec", self.flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        self.flags |= code.co_flags & FUTURE
        return code

    def place(self, error):
        """@returns cell and 1-based line of the innermost frame in the user's code, or (None, None)."""
        if isinstance(error, SyntaxError) and error.filename in self.cells:
            return self.cells[error.filename], self.line_of(error.filename, error.lineno)
        found = (None, None)
        traceback = error.__traceback__
        while traceback is not None:
            filename = traceback.tb_frame.f_code.co_filename
            if filename in self.cells:
                found = (self.cells[filename], self.line_of(filename, traceback.tb_lineno))
            traceback = traceback.tb_next
        return found

    def line_of(self, filename, line):
        return line and line + self.lines_before[filename]


def run(code, namespace):
    awaited = eval(code, namespace)  # A cell with a top-level await gives a coroutine.
    if awaited is not None:
        import asyncio

        asyncio.run(awaited)


def binding_line(source, name):
    """Line of the last statement of the cell that binds the name; 1 when none is found."""
    found = 1
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            found = max(found, node.lineno)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
            found = max(found, node.lineno)
    return found


def imported_modules(source):
    """Dotted names of the modules that the code imports, absolutely."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names


def display(*values, **_):
    """What IPython's `display` becomes where nobody looks on: text."""
    for value in values:
        print(value if isinstance(value, str) else repr(value))


def offer_display():
    builtins.display = display
