"""Runs some of a notebook's cells again, each time from the start, to see whether a cell gives the same without the others."""
import importlib
import json
import os
import shutil

import evidence_keeper


def serve(witness, job, requests, say):
    """
    One request a line. `{"modules": […]}` loads them for all that follows; `{"cells": […], "names": […], "limit": s}` runs the
    cells and tells what came of the last one; with `pristine`, the folder is first made what that one is.
    """
    cells = {cell["cell"]: cell for cell in job["cells"]}
    for line in iter(requests.readline, b""):
        request = json.loads(line)
        if "modules" in request:
            load(request["modules"])
            continue
        if request.get("pristine"):
            restore(job["folder"], request["pristine"])
        cut = evidence_keeper.run_apart(lambda: answer(witness, cells, request, say), request["limit"], witness.output.file, requests.fileno())
        if cut:
            say({"result": None})


def load(names):
    """What the notebook imported, so that not every run has to wait for it; its own modules are imported by its cells."""
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException:
            continue


def answer(witness, cells, request, say):
    witness.output.take()  # What earlier runs showed.
    for number in request["cells"][:-1]:
        witness.runner.run(cells[number], witness.guard, witness.end)
        witness.output.take()
    say({"result": witness.run_again(cells[request["cells"][-1]], request["names"])})


def restore(folder, pristine):
    """The folder as it was before any cell ran, at the same place."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            os.remove(entry.path)
    for entry in os.scandir(pristine):
        target = os.path.join(folder, entry.name)
        if entry.is_dir(follow_symlinks=False):
            shutil.copytree(entry.path, target, symlinks=True)
        else:
            shutil.copy2(entry.path, target, follow_symlinks=False)
