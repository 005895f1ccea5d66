"""Runs the cells of a notebook once, top to bottom, and says of each what it really read, changed and wrote.

Standard library only, Python 3.8+: it runs in the interpreter of the notebook's kernel, which may be anybody's.

    python -B evidence.py '{"PYTHONHASHSEED": "0", ...}'

The job comes on standard input as JSON; one JSON line a cell goes out on file descriptor 3.
"""
import json
import os
import sys

EVENTS = 3
# What would make this run look like one of the user's own.
NOT_HANDED_ON = ("STEPLADDER_", "MLFLOW_")


def restart_with(variables):
    """Some variables count only when the interpreter starts."""
    wanted = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
    wanted.update(variables)
    if wanted != dict(os.environ):
        os.set_inheritable(EVENTS, True)
        os.execve(sys.executable, [sys.executable, "-B"] + sys.argv, wanted)


if __name__ == "__main__":
    restart_with(json.loads(sys.argv[1]))

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import evidence_files  # noqa: E402
import evidence_names  # noqa: E402
import evidence_state  # noqa: E402
import evidence_values  # noqa: E402


def say(event):
    data = (json.dumps(event) + "\n").encode()
    while data:
        data = data[os.write(EVENTS, data):]


def limit_memory():
    """A runaway cell gets a MemoryError and does not take the machine with it."""
    try:
        import resource

        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    except (ImportError, ValueError, OSError):
        return


class PlainRunner:
    """For interpreters without IPython: cells whose magics were made plain Python."""

    def __init__(self, namespace):
        import step_source

        self.namespace, self.sources, self.run_code = namespace, step_source.Sources(), step_source.run
        namespace["__builtins__"] = __import__("builtins")
        step_source.offer_display()

    def text(self, cell):
        return cell["plain"]

    def run(self, cell, begin, end):
        begin()
        try:
            self.run_code(self.sources.compile(cell["plain"], "<cell {}>".format(cell["cell"]), cell["cell"]), self.namespace)
        except BaseException as error:
            return error
        finally:
            end()


class ShellRunner:
    """IPython's own shell: magics, `display` and `Out` are what they are in a kernel."""

    def __init__(self, namespace):
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        config = Config()
        config.HistoryManager.enabled = False
        self.shell = InteractiveShell.instance(config=config, user_ns=namespace)
        self.begin = self.end = lambda: None
        # Not before: to tell magics from names, the shell looks up the first word of a cell.
        self.shell.events.register("pre_run_cell", lambda *_: self.begin())
        self.shell.events.register("post_run_cell", lambda *_: self.end())

    def text(self, cell):
        return self.shell.transform_cell(cell["source"])

    def run(self, cell, begin, end):
        self.begin, self.end = begin, end
        result = self.shell.run_cell(cell["source"], store_history=True)
        end()
        return result.error_before_exec or result.error_in_exec


def make_runner(namespace):
    try:
        return ShellRunner(namespace)
    except ImportError:
        return PlainRunner(namespace)


class Main:
    """Stands for the module `__main__`: what pickles find their classes in."""


class Witness:
    def __init__(self, job):
        self.names = evidence_names.Names()
        self.namespace = evidence_names.Namespace(self.names)
        dict.update(self.namespace, {"__name__": "__main__", "__doc__": None})
        self.runner = make_runner(self.namespace)
        main = Main()
        main.__dict__ = self.namespace
        sys.modules["__main__"] = main
        self.own = set(self.namespace.users())
        self.files = evidence_files.CellFiles(job["folder"], job["own"], job["guarded"])
        self.state = evidence_state.State()
        self.prints, self.parts = {}, {}

    def begin(self):
        self.ids = {name: id(value) for name, value in self.namespace.users().items()}
        self.attributes = evidence_state.attributes(self.namespace)
        for each in (self.names, self.files, self.state):
            each.clear()
            each.active = True

    def end(self):
        for each in (self.names, self.files, self.state):
            each.active = False

    def run(self, cell):
        text = self.runner.text(cell)
        self.begin()
        self.end()
        error = self.runner.run(cell, self.begin, self.end)
        self.see_what_bypassed()
        close_figures()
        changed, unsure = self.compare()
        told = {
            "cell": cell["cell"],
            "reads": sorted(self.names.read - self.own),
            "bound": sorted(self.names.bound),
            "deleted": sorted(self.names.deleted),
            "changed": changed,
            "unsure": unsure,
            "patched": evidence_state.patched(self.attributes, evidence_state.attributes(self.namespace)),
            "text": evidence_names.written_names(text),
        }
        told.update(self.files.told())
        told.update(self.state.told(text))
        if error is not None and not (isinstance(error, SystemExit) and error.code in (None, 0)):
            told["error"] = {"name": type(error).__name__, "value": str(error)[:500], "line": self.line_of(error)}
        return told

    def see_what_bypassed(self):
        """`global` statements in functions bind without asking the namespace."""
        now = {name: id(value) for name, value in self.namespace.users().items()}
        self.names.bound |= {name for name, identity in now.items() if self.ids.get(name) != identity}
        self.names.deleted |= {name for name in self.ids if name not in now}
        self.own -= self.names.bound

    def compare(self):
        """Content of what the cell could reach, against what it was before."""
        values = {name: value for name, value in self.namespace.users().items() if name not in self.own}
        touched = (self.names.touched | self.names.bound) & set(values)
        reached = set().union(*(self.parts.get(name, ()) for name in touched | self.names.deleted))
        looked_at = touched | {name for name in values if not reached.isdisjoint(self.parts.get(name, ()))}
        changed, unsure = set(), set()
        for name in sorted(looked_at):
            value = values[name]
            before, now = self.prints.get(name), evidence_values.fingerprint(value)
            self.prints[name] = now
            self.parts[name] = evidence_values.shared_parts(value, self.namespace)
            if name in self.names.bound or before is None:
                continue
            if now == evidence_values.TOO_LARGE:
                unsure.add(name)
            elif before != now or (now == evidence_values.UNTOLD and name in self.names.touched):
                changed.add(name)
        return sorted(changed), sorted(unsure)

    def line_of(self, error):
        if isinstance(error, SyntaxError) and error.lineno:
            return error.lineno
        line, traceback = 1, error.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_globals is self.namespace and traceback.tb_frame.f_code.co_name == "<module>":
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return line


def close_figures():
    """As the backend of a kernel does after each cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def main():
    job = json.loads(sys.stdin.buffer.readline())
    os.set_inheritable(EVENTS, False)
    limit_memory()
    os.chdir(job["folder"])
    sys.argv = [""]
    witness = Witness(job)
    sys.path[:] = [job["folder"]] + [path for path in sys.path if path not in ("", HERE)] + [os.path.dirname(HERE)]
    for cell in job["cells"]:
        told = witness.run(cell)
        say(told)
        if "error" in told:
            break
    say({"finished": True})
    # Not the ordinary way out: what the notebook left running must not hold us up.
    os._exit(0)


if __name__ == "__main__":
    main()
