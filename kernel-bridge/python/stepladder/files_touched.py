"""
Which files a cell has read and written, by what its source names: text, and names whose value is a path. A file that is there was
read when it has not changed since the cell began, and written otherwise. Costs nothing for a cell that names no file.
"""

import ast
import os
import re
import sys
import time

MOST_FILES = 50
LONGEST_PATH = 1000
LONGEST_SOURCE = 50000
TEXT_OF_PATH = re.compile(r"""["'][^"'\n]*[./][^"'\n]*["']""")
NAME = re.compile(r"[A-Za-z_]\w*")
#: The `time` module has no name for it.
CLOCK_REALTIME_COARSE = 5


def now():
    """Nanoseconds of the clock that files are stamped by: Linux stamps them by one that lags behind by up to a tick."""
    if sys.platform == "linux":
        return time.clock_gettime_ns(CLOCK_REALTIME_COARSE)
    return time.time_ns()


def files_touched(source, namespace, began):
    """`reads` and `writes`, lists of {path, bytes, modified}, those that are not empty. began: of `now`."""
    if len(source) > LONGEST_SOURCE or not _may_name_files(source, namespace):
        return {}
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    touched = {"reads": {}, "writes": {}}
    for path in _named_paths(tree, namespace):
        described = _described(path)
        if described is not None:
            file, changed = described
            touched["reads" if changed < began else "writes"][file["path"]] = file
        if sum(map(len, touched.values())) == MOST_FILES:
            break
    return {what: list(files.values()) for what, files in touched.items() if files}


def _may_name_files(source, namespace):
    """Cheaper than reading the source as Python, which most cells are spared."""
    if TEXT_OF_PATH.search(source):
        return True
    return any(_text_of(namespace.get(name)) for name in set(NAME.findall(source)))


def _text_of(value):
    """A path's text; nothing for another value."""
    if type(value) is str:
        return value if _may_be_path(value) else None
    return str(value) if type(value).__module__.startswith("pathlib") else None


def _named_paths(tree, namespace):
    for node in ast.walk(tree):
        if isinstance(node, (ast.Constant, ast.BinOp, ast.Name)):
            path = _path(node, namespace)
            if path is not None:
                yield path


def _path(node, namespace):
    """Text, a name of one, and `folder / "file"`; nothing that would run the user's code."""
    if isinstance(node, ast.Constant):
        return node.value if _may_be_path(node.value) else None
    if isinstance(node, ast.Name):
        return _text_of(namespace.get(node.id)) if isinstance(node.ctx, ast.Load) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        folder = _path(node.left, namespace)
        if folder is None and isinstance(node.left, ast.Constant):
            folder = node.left.value
        name = node.right.value if isinstance(node.right, ast.Constant) else None
        if isinstance(folder, str) and isinstance(name, str):
            return os.path.join(folder, name)
    return None


def _may_be_path(value):
    return (
        type(value) is str
        and 0 < len(value) < LONGEST_PATH
        and "\n" not in value
        and "\0" not in value
        and ("." in value or "/" in value)
        and "://" not in value
    )


def _described(path):
    """The file, and when it was changed in nanoseconds."""
    try:
        path = os.path.abspath(os.path.expanduser(path))
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    is_file = (status.st_mode & 0o170000) == 0o100000
    if not is_file or path.startswith(("/proc/", "/sys/", "/dev/")):
        return None
    modified = status.st_mtime_ns // 1000000
    return {"path": path, "bytes": status.st_size, "modified": modified}, status.st_mtime_ns
