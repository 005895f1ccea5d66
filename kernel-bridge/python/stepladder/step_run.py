"""One step, from its job to its result, in a process that does nothing else."""
import atexit
import io
import json
import os
import signal
import sys
import threading
import traceback
import types

import step_files
import step_pickle
import step_shell
import step_source
import step_state
import step_values

try:
    import ctypes

    _prctl = ctypes.CDLL(None).prctl
except (ImportError, OSError, AttributeError):
    _prctl = None


def die_with_parent():
    """A killed fork server leaves no steps behind (Linux only; elsewhere the server ends their groups)."""
    if _prctl is not None:
        _prctl(1, signal.SIGKILL)


class Failed(Exception):
    def __init__(self, error):
        super().__init__(error["value"])
        self.error = error


def run_job(job, descriptor):
    write_result(make_step(job).run(), descriptor)
    atexit._run_exitfuncs()
    flush()


def make_step(job):
    if "expected" not in job:
        return Step(job)
    import proof_step

    return proof_step.ProofStep(job)


def write_result(result, descriptor):
    data = json.dumps(result).encode()
    while data:
        data = data[os.write(descriptor, data):]


def run_alone(events):
    job = json.loads(sys.stdin.buffer.readline())
    # The server holds the other end for as long as it lives; the step itself has nothing to read.
    lifeline = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    threading.Thread(target=end_with_server, args=(lifeline,), daemon=True).start()
    result = make_step(job).run()
    atexit._run_exitfuncs()
    flush()
    write_result({"event": "ended", "id": job["id"], "signal": None, "result": result}, events)
    os.write(events, b"\n")
    # Not by falling off the end: threads that a cell left running would keep the process, and the step with it.
    os._exit(0)


def end_with_server(lifeline):
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # A cell may have put anything in its place.
            pass


class Step:
    def __init__(self, job):
        self.job = job
        self.process = os.getpid()
        self.sources = step_source.Sources()
        self.namespace = {}
        self.bound_in = {}
        self.carried = {}
        self.shell = None

    def run(self):
        try:
            self.set_up()
            watch = step_files.FileWatch(self.job["folder"], self.job["values"])
            watch.active = True
            self.run_shared_code()
            before = self.take_in()
            self.run_cells()
            flush()
            carried = self.state_since(before)
            outputs = self.hand_on()
            return {"outputs": outputs, "state": carried, "files": watch.report()}
        except Failed as failure:
            return {"error": failure.error}

    def set_up(self):
        job = self.job
        atexit._clear()
        os.environ.update(job["variables"])
        os.environ["MPLBACKEND"] = "Agg"
        os.chdir(job["folder"])
        for name, fd in (("stdout", 1), ("stderr", 2)):
            setattr(sys, name, io.TextIOWrapper(os.fdopen(fd, "wb", closefd=False), "utf-8", "backslashreplace", line_buffering=True))
        sys.argv = [""]
        numpy = sys.modules.get("numpy")
        if numpy is not None:  # The fork server's own generator would give every step the same numbers.
            numpy.random.seed()
        module = types.ModuleType("__main__")
        sys.modules["__main__"] = module
        self.namespace = module.__dict__
        self.namespace["__builtins__"] = __import__("builtins")
        step_source.offer_display()
        step_pickle.current.bind(self.namespace, job["definitions"], job["step"])
        step_pickle.current.paths = frozenset(sys.path)
        self.offer_shell(module)

    def offer_shell(self, module):
        if not step_shell.is_wanted(self.job):
            return
        there = step_shell.is_there()
        self.shell = (step_shell.StepShell if there else step_shell.NoShell)(module, self.sources, self.job)

    def run_shared_code(self):
        for number, part in enumerate(self.job["shared"]):
            self.run_cell(part, "<shared {}>".format(number))
            self.override(part)
        step_pickle.current.remember_replicated()

    def override(self, part):
        for name, given in part.get("overrides", {}).items():
            self.namespace[name] = float(given["value"]) if given["type"] == "float" else given["value"]

    def take_in(self):
        for digest in self.job["state"]:
            state = step_values.read_blob(digest, self.job["values"])["state"]
            step_state.restore(state)
            self.carried.update(state)
        before = step_state.snapshot() if self.job["carries"] else None
        for blob in self.job["inputs"]:
            try:
                values = step_values.read_blob(blob["digest"], self.job["values"])
            except Exception as error:
                names = ", ".join(blob["names"])
                raise Failed(self.describe_error(error, remedy="Keep the cells that make and use {} in one step".format(names), prefix="{} cannot be read back: ".format(names)))
            self.namespace.update({name: values[name] for name in blob["names"]})
        return before

    def run_cells(self):
        for number, cell in enumerate(self.job["cells"]):
            ids = {name: id(value) for name, value in self.namespace.items()}
            self.run_cell(cell, "<{} {}>".format(self.job["step"], number))
            if cell.get("between"):
                self.override(cell)
                step_pickle.current.remember_replicated()
                continue
            for name, value in self.namespace.items():
                if ids.get(name) != id(value):
                    self.bound_in[name] = cell

    def run_cell(self, cell, filename):
        error = self.error_of(cell, filename)
        self.end_copies()
        if isinstance(error, SystemExit) and error.code in (None, 0):
            error = None
        if error is not None:
            if not isinstance(error, SystemExit):
                self.print_error(error)
            raise Failed(self.describe_error(error, cell=cell))
        # As in a notebook, where the next cell begins with a new figure.
        close_figures()

    def end_copies(self):
        """The cell forked, and this is the other one: it has no result to give."""
        if os.getpid() != self.process:
            flush()
            os._exit(0)

    def error_of(self, cell, filename):
        try:
            if self.shell is not None:
                return self.shell.run(cell, filename)
            step_source.run(self.sources.compile(cell["source"], filename, cell["cell"]), self.namespace)
        except BaseException as error:
            return error
        return None

    def print_error(self, error):
        """The traceback as it would stand in the notebook: from the user's first frame on."""
        entries = traceback.extract_tb(error.__traceback__)
        first = next((n for n, entry in enumerate(entries) if entry.filename in self.sources.cells), len(entries))
        for entry in entries[first:]:
            if entry.filename in self.sources.cells:
                entry.filename = "cell {}".format(self.sources.cells[entry.filename] + 1)
        lines = traceback.format_list(entries[first:]) + traceback.format_exception_only(type(error), error)
        sys.stderr.write("Traceback (most recent call last):\n" + "".join(lines))
        flush()

    def describe_error(self, error, remedy=None, prefix="", cell=None):
        place, line = self.sources.place(error)
        if place is None and cell is not None:
            place, line = cell["cell"], step_shell.first_line(cell.get("written", cell["source"]))
        remedy = remedy or getattr(error, "remedy", None)
        facts = {"name": type(error).__name__, "value": prefix + str(error), "cell": place, "line": line, "remedy": remedy}
        return {key: value for key, value in facts.items() if value is not None}

    def state_since(self, before):
        if before is None:
            return None
        changes = {**self.carried, **step_state.changed(before, step_state.snapshot())}
        digests, _ = step_values.write_values({"state": step_state.storable(changes)}, self.job["values"])
        return digests.get("state")

    def hand_on(self):
        needed = {output["name"] for output in self.job["outputs"] if output["needed"]}
        values = {}
        for output in self.job["outputs"]:
            name = output["name"]
            if name in self.namespace and (name in needed or step_values.is_worth_keeping(self.namespace[name])):
                values[name] = self.namespace[name]
        digests, failures = step_values.write_values(values, self.job["values"])
        for name, error in failures.items():
            if name in needed:
                raise Failed(self.unstorable(name, values[name], error))
        return [{"name": name, "digest": digest, **step_values.describe(values[name])} for name, digest in sorted(digests.items())]

    def unstorable(self, name, value, error):
        users = self.job["users"].get(name, [])
        cell = self.bound_in.get(name)
        to = " to {}".format(", ".join(users)) if users else ""
        facts = {
            "name": "ValueNotStorable",
            "value": "{} is a {}, which cannot be handed from {}{} ({})".format(name, type(value).__name__, self.job["step"], to, error),
            "remedy": "Keep the cells that make and use {0} in one step, or make {0} something that can be stored, such as a list or a table".format(name),
        }
        if cell is not None:
            facts.update(cell=cell["cell"], line=step_source.binding_line(cell["source"], name))
        return facts


def close_figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
