"""The outbox's files: one a task, in the order of their names, readable only by their user."""

import hashlib
import json
import os
import shutil
import time

MOST_BYTES = 256 * 1024 * 1024


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
                    yield dict(json.load(file), file=path)
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

    def copy(self, source):
        self._count += 1
        name = "%d-%d-%d.blob" % (time.time_ns(), os.getpid(), self._count)
        folder = os.path.join(self._folder(), name)
        os.makedirs(folder, mode=0o700)
        target = os.path.join(folder, os.path.basename(os.path.abspath(source)))
        if os.path.isdir(source):
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
        return target

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


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass
