"""Runs the cells of a notebook once, top to bottom, and says of each what it really read, changed and wrote.

Standard library only, Python 3.8+: it runs in the interpreter of the notebook's kernel, which may be anybody's.

    python -B evidence.py '{"PYTHONHASHSEED": "0", ...}'

The job comes on standard input as one line of JSON; one JSON line a cell goes out on file descriptor 3. Then each further line
on standard input asks for some of the cells to be run again, without the others, from the start.
"""
import json
import os
import sys

EVENTS = 3
# What would make this run look like one of the user's own.
NOT_HANDED_ON = ("STEPLADDER_", "MLFLOW_")
# A cell may put other things in the place of what we need.
encode, write, getpid, leave = json.JSONEncoder().encode, os.write, os.getpid, os._exit


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

import evidence_again  # noqa: E402
import evidence_keeper  # noqa: E402
import evidence_witness  # noqa: E402
import step_files  # noqa: E402


def say(event):
    data = (encode(event) + "\n").encode()
    while data:
        data = data[write(EVENTS, data):]


def limit_memory():
    """A runaway cell gets a MemoryError and does not take the machine with it."""
    try:
        import resource

        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    except (ImportError, ValueError, OSError):
        return


def run_all(witness, cells):
    own, known = getpid(), set(sys.modules)
    for cell in cells:
        say({"begins": cell["cell"]})
        told = witness.run(cell)
        if getpid() != own:
            # The cell split the process in two: the other half goes on.
            leave(0)
        say(told)
    say({"finished": True, "modules": [name for name in list(sys.modules) if name not in known and is_installed(name)]})


def is_installed(name):
    """The notebook's own modules are imported by its cells; `__main__` by nobody."""
    file = getattr(sys.modules[name], "__file__", None)
    return name != "__main__" and (file is None or step_files.is_installed(file))


def main():
    job = json.loads(sys.stdin.buffer.readline())
    requests = os.fdopen(os.dup(0), "rb", 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.set_inheritable(EVENTS, False)
    limit_memory()
    os.chdir(job["folder"])
    sys.argv = [""]
    for number, cell in enumerate(job["cells"], 1):
        cell["number"] = number
    witness = evidence_witness.Witness(job)
    sys.path[:] = [job["folder"]] + [path for path in sys.path if path not in ("", HERE)] + [os.path.dirname(HERE)]
    if not hasattr(os, "fork"):
        run_all(witness, job["cells"])
        return
    evidence_keeper.adopt_orphans()
    cut = evidence_keeper.run_apart(lambda: run_all(witness, job["cells"]), job["limit"], witness.output.file, requests.fileno())
    say({"cut": cut} if cut else {"ready": True})
    evidence_again.serve(witness, job, requests, say)


if __name__ == "__main__":
    main()
