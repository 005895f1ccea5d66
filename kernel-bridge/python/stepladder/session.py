"""Whose events these are: the id, the server and the outbox of this process. One a process, made when first needed."""

import atexit
import os
import re
import sys
import time
import uuid

from . import surroundings
from .outbox import Outbox
from .runs import Runs
from .transport import Address

# Seconds that the end of the process may be held up: a kernel is restarted by somebody who waits, a script by nobody.
KERNEL_FAREWELL = 1.0
SCRIPT_FAREWELL = 30.0

_current = None


class Session:
    def __init__(self, session_id, source, notebook=None, owner=True, first_word="session-started"):
        self.id = session_id
        self.source = source
        self.notebook = notebook
        #: Only who began the session says that it ended; a script that a notebook calls does not.
        self.owner = owner
        self.address = Address(session_id)
        self.execution_id = None
        self.steps = {}
        self.runs = Runs(self)
        self.outbox = Outbox(self.address, self.envelope())
        self._farewell = KERNEL_FAREWELL if source == "hook" else SCRIPT_FAREWELL
        if owner:
            self.emit(first_word)
        atexit.register(self.end)
        if hasattr(os, "register_at_fork"):
            # A forked child shares our queue's copy but not its thread: it would say everything twice.
            os.register_at_fork(after_in_child=self.outbox.disable)

    def envelope(self):
        """What every batch of events says beside the events."""
        envelope = {
            "sessionId": self.id,
            "source": self.source,
            "kernel": {
                "language": "python",
                "version": "%d.%d.%d" % sys.version_info[:3],
                "executable": sys.executable or "python",
            },
        }
        if self.notebook:
            envelope["notebook"] = self.notebook
        elif self.source == "api" and self.owner:
            script = getattr(sys.modules.get("__main__"), "__file__", None)
            if script:
                envelope["script"] = os.path.abspath(script)
        return envelope

    def emit(self, kind, event_id=None, **fields):
        self.outbox.put(self.event(kind, event_id, **fields))

    @staticmethod
    def event(kind, event_id=None, **fields):
        event = {"id": event_id or uuid.uuid4().hex, "time": int(time.time() * 1000), "type": kind}
        event.update((key, value) for key, value in fields.items() if value is not None)
        return event

    def live(self):
        if self.outbox.heartbeat is None:
            self.outbox.heartbeat = lambda: self.event("heartbeat")
            if self.owner:
                self.outbox.later = self._surroundings

    def _surroundings(self):
        from . import surroundings

        return self.event("surroundings", **surroundings.describe())

    def log(self, **what):
        self.live()
        self.emit("logged", executionId=self.execution_id, **what)

    def put_task(self, task):
        """A file or a model for the run that is logged to now."""
        if task["blob"] is not None:
            self.live()
            self.outbox.put_task(
                dict(task, sessionId=self.id, notebook=self.notebook, run=self.runs.target())
            )

    def next_step(self, key, run=None):
        """The x of a metric logged without one: 0, 1, 2 … for each key, from 0 again in the next run."""
        step = self.steps.get((run, key), 0)
        self.steps[(run, key)] = step + 1
        return step

    def forget_steps(self, run):
        for known in [known for known in self.steps if known[0] == run]:
            del self.steps[known]

    def end(self):
        if self.owner:
            self.emit("session-ended")
        self.outbox.close(self._farewell)
        self.outbox.warn_of_refusals(stacklevel=2)


def current():
    """The session of this process: the kernel's, the one that the caller's token names, or a new one for a script."""
    global _current
    if _current is None:
        inherited = os.environ.get("STEPLADDER_TOKEN", "").partition(".")[2]
        notebook = os.environ.get("STEPLADDER_NOTEBOOK")
        if inherited:
            _current = Session(inherited, "api", notebook, owner=False)
        else:
            _current = Session("script-" + uuid.uuid4().hex, "api", notebook)
    return _current


def begin_kernel_session(connection_file, notebook, is_new=True):
    """
    The session of an ipykernel: its id is the kernel's id, which Jupyter's server writes into the connection file's name.
    Other clients name that file by a process id or at random, which is no name for good. Not `is_new`: the kernel has lived
    before our hook, and may have run cells that only the browser saw.
    """
    global _current
    stem = os.path.splitext(os.path.basename(connection_file or ""))[0]
    kernel_id = re.sub(r"^kernel-", "", stem)
    if not re.match(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", kernel_id):
        kernel_id = "kernel-" + uuid.uuid4().hex
    if _name_session_in_tokens(kernel_id):
        _name_experiment(notebook)
    _current = Session(kernel_id, "hook", notebook, first_word="session-started" if is_new else "heartbeat")
    return _current


def _name_session_in_tokens(session_id):
    """Every request that carries our token says which session it comes from, the `mlflow` client's too."""
    ours = os.environ.get("STEPLADDER_TOKEN", "").partition(".")[0]
    if not ours:
        return False
    for variable in ("STEPLADDER_TOKEN", "MLFLOW_TRACKING_TOKEN"):
        if os.environ.get(variable, "").partition(".")[0] == ours:
            os.environ[variable] = ours + "." + session_id
    return True


def _name_experiment(notebook):
    """
    The `mlflow` client logs to the experiment of the notebook unless it is told of another one: so that what it then searches by
    default is where its runs are.
    """
    if notebook and not any(os.environ.get(name) for name in ("MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID")):
        os.environ["MLFLOW_EXPERIMENT_NAME"] = os.path.splitext(os.path.basename(notebook))[0]
