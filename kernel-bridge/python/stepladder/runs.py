"""
Runs begun by hand, and which run is meant when something is logged. Each thread has its own stack of them; a thread without
one logs to the main thread's. A run of the `mlflow` client that is active is respected: what is logged goes there.
"""

import sys
import threading
import uuid

from .keys import checked_key

#: Seconds that `start_run` may wait for the server, so that the run's id is the server's.
PATIENCE = 0.5
STATES = {"FINISHED": "finished", "FAILED": "failed", "KILLED": "killed"}


class Run:
    """A run begun by `start_run`. As a context manager it ends with the block: FAILED when that raises."""

    def __init__(self, key, name=None, parent=None, joined=False):
        self._key = key
        #: The run's id.
        self.run_id = key
        self.name = name
        self.parent_run_id = parent
        #: The `mlflow` client's own run: it ends when that client ends it.
        self._joined = joined
        self._monitor = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        status = "FINISHED" if kind is None else "FAILED"
        if kind is not None and issubclass(kind, (KeyboardInterrupt, SystemExit)):
            status = "KILLED"
        _end(self, status)
        return False

    def __repr__(self):
        return "<Run %s%s>" % (self.run_id, ' "%s"' % self.name if self.name else "")


class Runs:
    """The runs of one session."""

    def __init__(self, session):
        self.session = session
        self._local = threading.local()
        self._main = []
        if threading.current_thread() is threading.main_thread():
            self._local.stack = self._main

    def stack(self):
        if not hasattr(self._local, "stack"):
            is_main = threading.current_thread() is threading.main_thread()
            self._local.stack = self._main if is_main else []
        return self._local.stack

    def active(self):
        stack = self.stack() or self._main
        return stack[-1] if stack else None

    def target(self):
        """The key of the run that is logged to now; None for the session's own."""
        run = self.active()
        theirs = mlflow_run_id()
        if theirs is not None and (run is None or theirs not in (run.run_id, run._key)):
            return theirs
        return None if run is None else run._key

    def start(self, name, nested, tags, params, run_id, parent_run_id):
        stack = self.stack()
        theirs = mlflow_run_id()
        outer = stack[-1] if stack else None
        if outer is not None and not nested:
            raise RuntimeError(
                "start_run: the run %s is already active. End it with end_run(), or nest the new one with nested=True"
                % outer.run_id
            )
        if outer is None and theirs is not None and not nested and run_id is None:
            run = Run(theirs, name, joined=True)
            stack.append(run)
            self.session.log(runId=theirs, params=params, tags=_named(tags, name))
            return run
        parent = parent_run_id
        if parent is None and nested:
            parent = theirs or (outer._key if outer else None)
        run = Run(run_id or uuid.uuid4().hex, name, parent)
        self.session.live()
        event = self.session.event(
            "run-started", runId=run._key, name=name, parent=parent, params=params, tags=tags
        )
        answer = self.session.outbox.put_now([event], PATIENCE)
        if isinstance(answer, dict):
            run.run_id = (answer.get("runs") or {}).get(run._key, run._key)
        stack.append(run)
        return run

    def end(self, run, state):
        for stack in (self.stack(), self._main):
            while run in stack:
                # A run that was left open inside of it ends with it.
                inner = stack.pop()
                if not inner._joined:
                    self.session.emit("run-ended", runId=inner._key, state=state)
                    self.session.forget_steps(inner._key)
                    let_go(inner.run_id)

    def end_open(self, state):
        for run in list(self.stack()):
            _end(run, state)


def start_run(
    name=None,
    nested=False,
    tags=None,
    params=None,
    run_id=None,
    parent_run_id=None,
    run_name=None,
    log_system_metrics=None,
):
    """
    Begins a run; what is logged from then on goes to it. Ends with `end_run()`, or with the `with` block that it opens:

    >>> with start_run(name="deep", params={"depth": 12}):
    ...     log_metric("accuracy", 0.93)

    In a notebook the first one is the notebook's own run, so that it is there once; a later one is another run.
    name: shown in lists; a name is made up when not given (`run_name` is taken too). nested: whether it may begin within
    another run, which it then belongs to. tags, params: as in `set_tags` and `log_params`. run_id: of a run that is there,
    to go on with it. parent_run_id: the run that it is nested in, when that is not the active one. log_system_metrics:
    whether processor and memory are logged every ten seconds as `system/…`; by default as `STEPLADDER_SYSTEM_METRICS` says.
    Raises RuntimeError when a run is active and `nested` is not set. Gives back the run, with `run_id` and `name`.
    """
    from . import system_metrics

    runs = _runs()
    run = runs.start(
        name if name is not None else run_name,
        nested or parent_run_id is not None,
        {checked_key(key): str(value) for key, value in dict(tags or {}).items()},
        {checked_key(key): str(value) for key, value in dict(params or {}).items()},
        run_id,
        parent_run_id,
    )
    if log_system_metrics or (log_system_metrics is None and system_metrics.is_wanted()):
        run._monitor = system_metrics.Monitor(runs.session, run._key)
    return run


def end_run(status="FINISHED"):
    """Ends the active run. status: "FINISHED", "FAILED" or "KILLED". Without an active run nothing happens."""
    if status not in STATES:
        raise ValueError('end_run: status "%s" is none of %s' % (status, ", ".join(STATES)))
    run = active_run()
    if run is not None:
        _end(run, status)


def active_run():
    """The run that `start_run` began last and that has not ended; None when there is none."""
    return _runs().active()


def _end(run, status):
    if run._monitor is not None:
        run._monitor.stop()
        run._monitor = None
    _runs().end(run, STATES[status])


def _runs():
    from . import session

    return session.current().runs


def _named(tags, name):
    return tags if name is None else dict(tags, **{"mlflow.runName": name})


def mlflow_run_id():
    """The id of the run that the `mlflow` client has active in this thread."""
    stack = _mlflow_stack()
    try:
        return stack[-1].info.run_id if stack else None
    except Exception:  # Another `mlflow` than those we know.
        return None


def let_go(run_id):
    """Takes the run off the client's stack when it is the only one on it; without a request, which could take seconds."""
    stack = _mlflow_stack()
    if stack is not None and len(stack) == 1 and stack[0].info.run_id == run_id:
        stack.pop()


def _mlflow_stack():
    fluent = sys.modules.get("mlflow.tracking.fluent")
    if fluent is None:
        return None
    try:
        stack = fluent._active_run_stack
        return stack.get() if hasattr(stack, "get") else stack
    except Exception:
        return None
