"""Runs the steps of one pipeline run, each in a process of its own.

Standard library only, Python 3.8+: it runs in the interpreter of the notebook's kernel, which may be anybody's.

    python step_worker.py '{"mode": "fork" | "alone", "variables": {...}, "imports": "import pandas", "folder": "...", "proof": false}'

Jobs come in on standard input and events go out on file descriptor 3, both as JSON lines. In mode `fork` this process
imports the pipeline's modules once and forks a child a step; in mode `alone` it runs the one job it is given itself.
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EVENTS = 3


def restart_with(variables):
    """Some variables (PYTHONHASHSEED, PYTHONPATH) count only when the interpreter starts."""
    missing = {name: value for name, value in variables.items() if os.environ.get(name) != value}
    if missing:
        os.environ.update(missing)
        os.set_inheritable(EVENTS, True)
        os.execv(sys.executable, [sys.executable] + sys.argv)


def main():
    options = json.loads(sys.argv[1])
    restart_with(options["variables"])
    os.set_inheritable(EVENTS, False)
    # What notebooks import comes from their own folder, never from ours.
    sys.path[:] = [HERE] + [path for path in sys.path if path not in ("", HERE)]
    import step_fork
    import step_run

    if options.get("proof"):
        import proof_step  # noqa: F401 - while our own folder is still where modules come from

    sys.path[:] = [options["folder"]] + sys.path[1:] + [os.path.dirname(HERE)]
    if options["mode"] == "fork":
        step_fork.serve(options, EVENTS)
    else:
        step_run.run_alone(EVENTS)


if __name__ == "__main__":
    main()
