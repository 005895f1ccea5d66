"""Which files a step reads and writes, heard from the interpreter's own audit events."""
import os
import site
import sys
import sysconfig
import tempfile

READ, WRITTEN, LISTED = "reads", "writes", "listings"


def real(path):
    return os.path.realpath(os.path.abspath(path))


def installed_prefixes():
    paths = sysconfig.get_paths()
    folders = [sys.prefix, sys.base_prefix, sys.exec_prefix] if sys.prefix != sys.base_prefix else []
    folders += [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib", "include", "data") if key in paths and paths[key] != "/usr"]
    if hasattr(site, "getsitepackages"):
        folders += site.getsitepackages()
    folders += [site.getusersitepackages(), os.path.dirname(os.path.abspath(__file__))]
    return tuple(sorted({real(folder) + os.sep for folder in folders if folder and real(folder) != os.sep}))


INSTALLED = installed_prefixes()
SYSTEM = ("/proc/", "/dev/", "/sys/", "/etc/", "/usr/share/", "/usr/lib/")


def is_installed(path):
    return real(path).startswith(INSTALLED)


class FileWatch:
    """Gated by `active`, since an audit hook cannot be taken away again."""

    def __init__(self, folder, own):
        self.folder = real(folder) + os.sep
        home = os.path.expanduser("~")
        caches = [real(path) + os.sep for path in (tempfile.gettempdir(), os.path.join(home, ".cache"), os.path.join(home, ".config"))]
        self.ignored = INSTALLED + SYSTEM + (real(own) + os.sep,)
        self.unless_below_folder = tuple(caches)
        self.active = False
        self.seen = {READ: set(), WRITTEN: set(), LISTED: set()}
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        if not self.active:
            return
        try:
            if event == "open":
                path, mode, flags = arguments
                writing = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool((flags or 0) & (os.O_WRONLY | os.O_RDWR))
                self.note(WRITTEN if writing else READ, path)
            elif event == "sqlite3.connect":
                self.note(WRITTEN, arguments[0])
            elif event == "os.rename":
                self.note(WRITTEN, arguments[1])
            elif event in ("os.listdir", "os.scandir", "glob.glob") and not importing():
                self.note(LISTED, os.path.dirname(arguments[0]) or "." if event == "glob.glob" else arguments[0] or ".")
        except Exception:  # Never stops what the user's code is doing.
            return

    def note(self, kind, path):
        if isinstance(path, (str, bytes, os.PathLike)):
            full = real(os.fsdecode(path))
            if self.counts(full):
                self.seen[kind].add(full)

    def counts(self, full):
        below = full.startswith(self.folder)
        if full.startswith(self.ignored) or "/__pycache__/" in full or "/.ipynb_checkpoints/" in full:
            return False
        return below or not full.startswith(self.unless_below_folder)

    def report(self):
        """Paths by kind, with the modules beside the notebook, which may have been imported before the step began."""
        self.active = False
        for module in list(sys.modules.values()):
            path = getattr(module, "__file__", None)
            if isinstance(path, str) and self.counts(real(path)):
                self.seen[READ].add(real(path))
        written = {path for path in self.seen[WRITTEN] if os.path.isfile(path)}
        read = {path for path in self.seen[READ] - self.seen[WRITTEN] if os.path.isfile(path)}
        listed = {path for path in self.seen[LISTED] if os.path.isdir(path)}
        return {READ: sorted(read), WRITTEN: sorted(written), LISTED: sorted(listed)}


def importing():
    """The import system lists folders of its own accord."""
    frame = sys._getframe(2)
    return "importlib" in frame.f_code.co_filename
