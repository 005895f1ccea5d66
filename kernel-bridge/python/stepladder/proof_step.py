"""A step as the proof runs it: the same code and hand-over as ever, in a shell that keeps what each cell shows."""
import os
import types

import proof_compare
import proof_shell
import step_files
import step_pickle
import step_run
import step_state
import step_values


class ProofStep(step_run.Step):
    def run(self):
        self.unreadable, self.unstorable_values = [], []
        self.set_up()
        watch = step_files.FileWatch(self.job["folder"], self.job["values"])
        watch.active = True
        self.run_shared_code()
        before = self.take_in()
        cells = []
        for cell in self.job["cells"]:
            self.shell.execution_count = cell["count"]
            self.tell(cell["cell"])
            outputs = proof_shell.run_cell(self.shell, cell["written"])
            if cell.get("between"):
                self.override(cell)
                step_pickle.current.remember_replicated()
            else:
                cells.append({"cell": cell["cell"], "outputs": outputs})
            self.end_copies()
        self.tell("end")
        state = step_state.changed(before, step_state.snapshot())
        state_digest = self.state_since(before) if self.job["carries"] else None
        compared = self.compare()
        outputs = self.hand_on()
        return {
            "outputs": outputs,
            "state": state_digest,
            "files": watch.report(),
            "proof": {
                "cells": cells,
                "compared": compared,
                "unreadable": self.unreadable,
                "unstorable": self.unstorable_values,
                "changed": sorted({key[0] for key in state}),
            },
        }

    def tell(self, place):
        """Whoever waits for the step learns what keeps it waiting: the number of a cell, or what comes after them."""
        try:
            os.write(self.told, "{}\n".format(place).encode())
        except OSError:  # A cell closed what it did not open.
            return

    def offer_shell(self, module):
        self.told = os.dup(1)
        os.environ["MPLBACKEND"] = proof_shell.INLINE
        self.shell = proof_shell.make_shell(module, self.job)
        self.namespace["__name__"] = "__main__"

    def run_shared_code(self):
        for part in self.job["shared"]:
            proof_shell.run_cell(self.shell, part["written"])
            self.override(part)
        step_pickle.current.remember_replicated()

    def take_in(self):
        for digest in self.job["state"]:
            state = step_values.read_blob(digest, self.job["values"])["state"]
            step_state.restore(state)
            self.carried.update(state)
        for blob in self.job["inputs"]:
            try:
                values = step_values.read_blob(blob["digest"], self.job["values"])
                self.namespace.update({name: values[name] for name in blob["names"]})
            except Exception as error:
                self.unreadable.append({"names": blob["names"], "reason": "{}: {}".format(type(error).__name__, error)[:500]})
        return step_state.snapshot()

    def compare(self):
        """Each value that is handed on, against what the kernel had after the same cell."""
        values, found = self.namespace, []
        for name, digests in sorted(self.job["expected"].items()):
            if name in values and not isinstance(values[name], types.ModuleType):
                found.append({"name": name, **proof_compare.compare_with_runs(values[name], name, digests, self.job["values"])})
        return found

    def hand_on(self):
        needed = {output["name"] for output in self.job["outputs"] if output["needed"]}
        values = {name: self.namespace[name] for name in needed if name in self.namespace}
        digests, failures = step_values.write_values(values, self.job["values"])
        self.unstorable_values = [
            {"name": name, "type": type(values[name]).__name__, "reason": str(error)[:500]} for name, error in sorted(failures.items())
        ]
        return [{"name": name, "digest": digest, **step_values.describe(values[name])} for name, digest in sorted(digests.items())]
