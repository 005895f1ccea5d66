"""Runs cells in a namespace that remembers, and says of each what it read, changed, wrote and showed."""
import builtins
import hashlib
import os
import sys
import time

import evidence_files
import evidence_names
import evidence_output
import evidence_runners
import evidence_state
import evidence_values


class Main:
    """Stands for the module `__main__`: what pickles find their classes in."""


class NobodyThere(EOFError):
    """The cell asks for input, and nobody is there to answer."""


def nobody_answers(*_arguments, **_options):
    raise NobodyThere("the cell asks for input, and nobody is there to answer")


class Witness:
    def __init__(self, job):
        self.names = evidence_names.Names()
        self.namespace = evidence_names.Namespace(self.names)
        dict.update(self.namespace, {"__name__": "__main__", "__doc__": None})
        self.output = evidence_output.Output()
        self.runner = evidence_runners.make_runner(self.namespace)
        main = Main()
        main.__dict__ = self.namespace
        sys.modules["__main__"] = main
        builtins.input = nobody_answers
        self.own = set(self.namespace.users())
        self.files = evidence_files.CellFiles(job["folder"], job["own"], job["guarded"])
        self.state = evidence_state.State()
        self.prints, self.parts = {}, {}
        self.budget = evidence_values.Budget()

    def begin(self):
        self.ids = {name: id(value) for name, value in self.namespace.users().items()}
        for each in (self.names, self.files, self.state):
            each.clear()
            each.active = True

    def end(self):
        for each in (self.names, self.files, self.state):
            each.active = False

    def run(self, cell):
        text = self.runner.text(cell)
        self.state.begin(self.namespace)
        self.begin()
        self.end()
        started = time.perf_counter()
        error = self.runner.run(cell, self.begin, self.end)
        seconds = time.perf_counter() - started
        self.budget.earn(seconds)
        self.see_what_bypassed()
        shown = self.output.take()
        changed, unsure = self.compare()
        told = {
            "cell": cell["cell"],
            "seconds": seconds,
            "reads": sorted(self.names.read - self.own),
            "bound": sorted(self.names.bound),
            "deleted": sorted(self.names.deleted),
            "changed": changed,
            "unsure": unsure,
            "text": evidence_names.written_names(text),
        }
        told.update(self.files.told())
        told.update(self.state.told(text, self.namespace))
        failure = self.failure_of(error)
        if failure:
            told["error"] = failure
        told["compared"] = sorted(name for name in self.names.bound.union(changed) if self.prints.get(name) not in evidence_values.NOT_COMPARED)
        told["result"] = self.result(shown, failure, {name: self.prints[name] for name in told["compared"]})
        return told

    def guard(self):
        """The user's own folder is never written to, whatever else is not looked at."""
        self.files.active = True

    def run_again(self, cell, names):
        """@returns what came of it this time, to be compared with the first time"""
        error = self.runner.run(cell, self.guard, self.end)
        shown = self.output.take()
        values = self.namespace.users()
        prints = {name: evidence_values.fingerprint(values[name]) if name in values else None for name in names}
        return self.result(shown, self.failure_of(error), prints)

    def result(self, shown, failure, prints):
        failed = failure and (failure["name"], failure["value"])
        return hashlib.blake2b(repr((shown, failed, sorted(prints.items()))).encode(), digest_size=16).hexdigest()

    def failure_of(self, error):
        if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
            return None
        try:
            value = str(error)[:500]
        except Exception:
            value = ""
        return {"name": type(error).__name__, "value": value, "line": self.line_of(error)}

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
            before, now = self.prints.get(name), evidence_values.fingerprint(value, self.budget)
            self.prints[name] = now
            self.parts[name] = evidence_values.shared_parts(value, self.namespace)
            if name in self.names.bound or before is None:
                continue
            if evidence_values.TOO_LARGE in (before, now):
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
