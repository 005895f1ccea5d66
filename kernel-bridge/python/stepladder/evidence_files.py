"""Which files a cell read and wrote, by the interpreter's audit events; the user's own folder cannot be written to."""
import os
import sys

import step_files

# Their own C code opens files: what they read is heard of nowhere, what they wrote shows in the folder.
SILENT = {"h5py", "tables", "pyarrow", "netCDF4", "polars", "duckdb"}
MOST_FILES = 20000

OPAQUE = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
CHANGES = {"os.remove": (0,), "os.rename": (0, 1), "os.mkdir": (0,), "os.rmdir": (0,), "os.truncate": (0,), "os.link": (1,), "os.symlink": (1,), "os.chmod": (0,)}


class CellFiles(step_files.FileWatch):
    def __init__(self, folder, own, guarded):
        super().__init__(folder, own)
        self.guarded = step_files.real(guarded) + os.sep
        self.clear()

    def clear(self):
        self.read, self.written, self.listed = set(), set(), set()
        self.relative = self.opaque = self.connected = False
        self.before = self.contents()

    def contents(self):
        """Size and time of every file in the folder."""
        found, folders = {}, [self.folder]
        while folders and len(found) < MOST_FILES:
            try:
                entries = list(os.scandir(folders.pop()))
            except OSError:
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in ("__pycache__", ".ipynb_checkpoints"):
                        folders.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    facts = entry.stat()
                    found[entry.path] = (facts.st_size, facts.st_mtime_ns)
        return found

    def hear(self, event, arguments):
        if not self.active:
            return
        if event in CHANGES:
            for position in CHANGES[event]:
                self.note_change(arguments[position])
        elif event in OPAQUE:
            self.opaque = True
        elif event == "socket.connect":
            # An address of the machine's own, a path, is no other machine.
            self.connected = self.connected or isinstance(arguments[1], tuple)
        elif event == "open":
            path, mode, flags = arguments
            if not isinstance(path, (str, bytes, os.PathLike)):
                return
            flags = flags or 0
            mode = mode if isinstance(mode, str) else ""
            writing = any(letter in mode for letter in "wax+") or bool(flags & (os.O_WRONLY | os.O_RDWR))
            if writing:
                keeps = "a" in mode or "r+" in mode or (not mode and not flags & os.O_TRUNC)
                if keeps and os.path.exists(path):
                    self.note(step_files.READ, path)
                self.note_change(path)
            else:
                self.note(step_files.READ, path)
        elif event == "sqlite3.connect" and arguments[0] != ":memory:":
            self.note(step_files.READ, arguments[0])
            self.note_change(arguments[0])
        else:
            super().hear(event, arguments)

    def note_change(self, path):
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        full = step_files.real(os.fsdecode(path))
        if full.startswith(self.guarded):
            raise PermissionError("{} is in the notebook's own folder; evidence is gathered in a copy, which this path leads out of".format(full))
        self.note(step_files.WRITTEN, path)

    def note(self, kind, path):
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        text = os.fsdecode(path)
        full = step_files.real(text)
        if not self.counts(full):
            return
        if not os.path.isabs(text):
            self.relative = True
        if kind == step_files.WRITTEN:
            self.written.add(full)
        elif kind == step_files.LISTED:
            self.listed.add(full)
        elif full not in self.written:
            self.read.add(full)

    def told(self):
        """Paths as the notebook's folder has them."""
        after = self.contents()
        self.written |= {path for path in set(after) | set(self.before) if after.get(path) != self.before.get(path)}
        opaque = self.opaque or not SILENT.isdisjoint(sys.modules)
        return {
            "filesRead": self.short(path for path in self.read if os.path.isfile(path) or path in self.written),
            "filesWritten": self.short(self.written),
            "foldersListed": self.short(self.listed),
            "relative": self.relative,
            "opaque": opaque,
            "connected": self.connected,
        }

    def short(self, paths):
        return sorted(path[len(self.folder):] if (path + os.sep).startswith(self.folder) else path for path in paths)
