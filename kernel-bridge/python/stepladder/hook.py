"""
What ipykernel tells us about each cell, told to the server. Nothing here may slow, break or change a cell: every failure is
swallowed, and after a few the hook takes itself out.
"""

import os

from . import autologging
from . import changes as observed
from . import session as sessions
from .files_touched import files_touched, now
from .runs import let_go

MOST_FAILURES = 5
#: Seconds that the first cell may wait, so that its run is there before an `mlflow` client in the cell asks for it.
FIRST_CELL_PATIENCE = 0.15
LONGEST_MESSAGE = 2000
LONGEST_SOURCE = 200000
PARAMETER_TAGS = {"parameters", "injected-parameters"}
METRIC_TAGS = {"metrics", "pipeline-metrics"}


def install(shell, **asked):
    """Once a kernel, however often it is called; who asks for it amid the kernel's life says which kernel and notebook it is."""
    if getattr(shell, "_stepladder_hook", None) is None:
        shell._stepladder_hook = Hook(shell, **asked)


class Hook:
    def __init__(self, shell, kernel_id=None, notebook=None):
        self._shell = shell
        self._failures = 0
        self._cell = None
        self._first_cell = None
        self._run = None
        self._session = sessions.begin_kernel_session(
            kernel_id or _connection_file(shell),
            notebook or _notebook_path(shell),
            is_new=kernel_id is None,
        )
        self._pre = self._guarded(self._before)
        self._post = self._guarded(self._after)
        shell.events.register("pre_run_cell", self._pre)
        shell.events.register("post_run_cell", self._post)
        if autologging.is_wanted():
            autologging.switch_on_when_needed()

    def _guarded(self, callback):
        def call(info):
            try:
                callback(info)
            except Exception:
                self._failures += 1
                if self._failures >= MOST_FAILURES:
                    self._remove()

        return call

    def _remove(self):
        self._shell.events.unregister("pre_run_cell", self._pre)
        self._shell.events.unregister("post_run_cell", self._post)
        self._session.outbox.disable()

    def _before(self, info):
        parent = _parent(self._shell)
        execution_id = parent.get("header", {}).get("msg_id")
        if not execution_id or info.silent or not info.store_history:
            return
        if self._cell is not None and self._cell.execution_id == execution_id:
            return  # A cell that runs cells (`get_ipython().run_cell`) is one execution.
        session = self._session
        cell = Cell(execution_id, info, parent.get("metadata") or {})
        self._cell = cell
        session.execution_id = execution_id
        session.live()
        started = session.event("cell-started", "h-start-" + execution_id[-56:], **cell.identity())
        if self._begins_a_run(cell):
            session.runs.end_open("FINISHED")
            session.steps.clear()
            answer = session.outbox.put_now([started], FIRST_CELL_PATIENCE)
            self._take_run(answer.get("runId") if isinstance(answer, dict) else None)
        else:
            session.outbox.put(started)
        cell.before = observed.snapshot(self._shell.user_ns)

    def _take_run(self, run_id):
        """The `mlflow` client still holds the automatic run of the time before: what it logs next belongs to the new one."""
        if run_id is not None and self._run is not None and run_id != self._run:
            try:
                let_go(self._run)
            except Exception:
                pass  # Another `mlflow` than those we know: it then goes on with the run it has.
        self._run = run_id or self._run

    def _begins_a_run(self, cell):
        key = cell.cell_id or cell.source
        if self._first_cell is None:
            self._first_cell = key
        return self._first_cell == key

    def _after(self, result):
        cell = self._cell
        if cell is None or result.info is not cell.info:
            return
        self._cell = None
        session = self._session
        namespace = self._shell.user_ns
        changed = observed.changes(cell.before, namespace, cell.source)
        if cell.tags & (PARAMETER_TAGS | METRIC_TAGS):
            logged = cell.logged(changed, namespace, session)
            if logged:
                session.log(**logged)
        error = result.error_before_exec or result.error_in_exec
        session.emit(
            "cell-ended",
            "h-end-" + cell.execution_id[-56:],
            executionId=cell.execution_id,
            state=_state(error),
            count=result.execution_count,
            error=_described(error),
            changes=changed,
            **files_touched(cell.source, namespace, cell.began),
        )
        session.execution_id = None


class Cell:
    """One execution of one cell."""

    def __init__(self, execution_id, info, metadata):
        self.execution_id = execution_id
        self.info = info
        self.source = (info.raw_cell or "")[:LONGEST_SOURCE]
        self.cell_id = getattr(info, "cell_id", None) or metadata.get("cellId")
        self.tags = set(filter(_is_text, metadata.get("tags") or ()))
        ours = metadata.get("stepladder")
        step = ours.get("step") if isinstance(ours, dict) else None
        self.step = step if _is_text(step) else None
        self.before = None
        self.began = now()

    def identity(self):
        return {
            "executionId": self.execution_id,
            "cellId": self.cell_id,
            "step": self.step,
            "tags": sorted(self.tags),
            "source": self.source,
        }

    def logged(self, changed, namespace, session):
        """Params of a cell tagged `parameters`, metrics of one tagged `metrics`: the plain values of the names it assigns."""
        names = observed.assigned_names(self.source) or [change["name"] for change in changed]
        values = {name: namespace[name] for name in names if name in namespace}
        logged = {}
        if self.tags & PARAMETER_TAGS:
            plain = (str, int, float, bool, type(None))
            logged["params"] = {
                name: str(value) for name, value in values.items() if type(value) in plain
            }
        if self.tags & METRIC_TAGS:
            from .verbs import metric

            logged["metrics"] = [
                metric(name, float(value), session.next_step(name))
                for name, value in values.items()
                if type(value) in (int, float) or _is_numpy_number(value)
            ]
        return {what: entries for what, entries in logged.items() if entries}


def _is_text(value):
    return isinstance(value, str)


def _is_numpy_number(value):
    kind = type(value)
    return kind.__module__ == "numpy" and kind.__name__.startswith(("float", "int", "uint"))


def _state(error):
    if error is None:
        return "ok"
    return "interrupted" if isinstance(error, KeyboardInterrupt) else "error"


def _described(error):
    if error is None:
        return None
    try:
        value = str(error)
    except Exception:  # The user's own __str__.
        value = ""
    return {"name": type(error).__name__, "value": value[:LONGEST_MESSAGE]}


def _parent(shell):
    """The execute request, as ipykernel keeps it; the way to it differs between versions."""
    kernel = shell.kernel
    parent = kernel.get_parent() if hasattr(kernel, "get_parent") else kernel._parent_header
    return parent if isinstance(parent, dict) else {}


def _connection_file(shell):
    parent = getattr(shell.kernel, "parent", None)
    return getattr(parent, "connection_file", None)


def _notebook_path(shell):
    """Jupyter's server and VS Code each say where the notebook is; other front ends do not."""
    path = (
        os.environ.get("STEPLADDER_NOTEBOOK")
        or shell.user_ns.get("__vsc_ipynb_file__")
        or os.environ.get("JPY_SESSION_NAME")
    )
    return path if isinstance(path, str) and path.endswith(".ipynb") else None
