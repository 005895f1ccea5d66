"""The outbox's files: one a task, in the order of their names, readable only by their user."""

import contextlib
import hashlib
import json
import os
import shutil
import time

try:
    import fcntl
except ImportError:  # Windows: two kernels may then deliver the same file, which only costs time.
    fcntl = None

#: Of events, and of files and models that wait to be uploaded.
MOST_BYTES = 256 * 1024 * 1024
MOST_BLOB_BYTES = 4 * 1024 * 1024 * 1024
#: The server forgets which events it has after fourteen days.
LONGEST_WAIT = 13 * 24 * 3600


class Store:
    def __init__(self, address):
        self._address = address
        self._made = None
        self._count = 0

    def add(self, task):
        """Writes the task down; says whether there was room."""
        try:
            if self._bytes() > MOST_BYTES:
                return False
            self._count += 1
            name = "%020d-%d-%d.json" % (time.time_ns(), os.getpid(), self._count)
            return self.save(dict(task, file=os.path.join(self._folder(), name)))
        except OSError:
            return False

    def save(self, task):
        partial = task["file"] + ".partial"
        with open(partial, "w", encoding="utf-8") as file:
            json.dump(task, file)
        os.replace(partial, task["file"])
        return True

    def tasks(self):
        """All that waits for this server, also of kernels that ended."""
        try:
            names = sorted(name for name in os.listdir(self._folder()) if name.endswith(".json"))
        except OSError:
            return
        for name in names:
            path = os.path.join(self._folder(), name)
            try:
                with open(path, encoding="utf-8") as file:
                    task = dict(json.load(file), file=path)
                if time.time() - os.stat(path).st_mtime > LONGEST_WAIT:
                    self.refuse(task, "It waited for too long")
                    continue
                yield task
            except FileNotFoundError:
                continue  # Another kernel delivered it.
            except (OSError, ValueError):
                _remove(path)

    def done(self, task):
        _remove(task["file"])
        if task.get("blob"):
            shutil.rmtree(os.path.dirname(task["blob"]), ignore_errors=True)

    def refuse(self, task, reason):
        """Kept for its user to look at, but not tried again."""
        try:
            self.save(dict(task, refused=reason))
            os.replace(task["file"], task["file"][: -len("json")] + "refused")
        except OSError:
            _remove(task["file"])

    @contextlib.contextmanager
    def alone(self):
        """Whether no other process delivers from this folder meanwhile."""
        if fcntl is None:
            yield True
            return
        with open(os.path.join(self._folder(), "lock"), "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
            else:
                yield True

    def copy(self, source):
        waiting = sum(_size(path) for path in self._blobs())
        most = int(os.environ.get("STEPLADDER_OUTBOX_BYTES", MOST_BLOB_BYTES))
        if waiting + _size(source) > most:
            raise OSError("more than %d bytes would wait for the server" % most)
        self._count += 1
        name = "%d-%d-%d.blob" % (time.time_ns(), os.getpid(), self._count)
        folder = os.path.join(self._folder(), name)
        os.makedirs(folder, mode=0o700)
        target = os.path.join(folder, os.path.basename(os.path.abspath(source)))
        try:
            if os.path.isdir(source):
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return target

    def _blobs(self):
        folder = self._folder()
        return [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".blob")]

    def _folder(self):
        if self._made is None:
            folder = os.environ.get("STEPLADDER_OUTBOX") or self._default_folder()
            os.makedirs(folder, mode=0o700, exist_ok=True)
            self._made = folder
        return self._made

    def _default_folder(self):
        # A folder a server: what was meant for one project's server must not reach another's.
        server = hashlib.sha256((self._address.data or self._address.url).encode()).hexdigest()[:16]
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        return os.path.join(cache, "stepladder", "outbox", server)

    def _bytes(self):
        with os.scandir(self._folder()) as entries:
            return sum(entry.stat().st_size for entry in entries if entry.is_file())


def _size(path):
    if os.path.isfile(path):
        return os.stat(path).st_size
    return sum(
        os.lstat(os.path.join(folder, name)).st_size
        for folder, _, names in os.walk(path)
        for name in names
    )


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
