"""Runs inside the notebook's kernel after a cell: stores the values that the cell bound, and says which hidden state it changed.

Executed by `proof_kernel.py` with `here` and `request` as its globals; it keeps what it has to remember in a module of its own,
so that the user's names stay as they are.
"""
import json
import os
import sys
import types

MEMORY = "_stepladder_proof"
LARGEST = 64 * 1024 * 1024


def ours():
    """The step worker's modules, imported once and out of the way of the user's own."""
    sys.path.insert(0, here)  # noqa: F821
    try:
        import changes
        import step_pickle
        import step_state
        import step_values

        return changes, step_pickle, step_state, step_values
    finally:
        sys.path.remove(here)  # noqa: F821


def remembered():
    module = sys.modules.get(MEMORY)
    if module is None:
        module = sys.modules[MEMORY] = types.ModuleType(MEMORY)
        module.ids, module.state = {}, None
    return module


def scribble():
    """Leaves other bytes in memory that is free, so that what reads memory it never wrote shows itself."""
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        blocks = [numpy.full(size, 165, "uint8") for size in range(8, 1024, 8) for _ in range(7)]
        del blocks


def is_small(value):
    if type(value).__module__.partition(".")[0] not in ("numpy", "pandas", "scipy"):
        return True
    if type(value).__name__ == "DataFrame":
        return value.memory_usage(index=False).sum() < LARGEST
    size = getattr(value, "nbytes", 0)
    return not isinstance(size, int) or size < LARGEST


def record():
    changes, step_pickle, step_state, step_values = ours()
    if request["cell"] is None:  # noqa: F821
        # Where steps find the logging verbs too: behind everything else.
        sys.path.append(os.path.dirname(here))  # noqa: F821
    memory = remembered()
    namespace = sys.modules["__main__"].__dict__
    users = {name: value for name, value in list(namespace.items()) if changes.is_users(name)}
    bound = [name for name, value in users.items() if memory.ids.get(name) != id(value)]
    state = step_state.snapshot()
    answer = {"values": {}, "state": []}
    if request["cell"] is not None:  # noqa: F821
        answer["state"] = sorted({key[0] for key in step_state.changed(memory.state, state)})
        step_pickle.current.bind(namespace, {}, "kernel")
        wanted = {name: users[name] for name in {*bound, *request["names"]} if name in users}  # noqa: F821
        kept = {name: value for name, value in wanted.items() if step_values.is_worth_keeping(value) and is_small(value)}
        answer["values"] = step_values.write_values(kept, request["values"])[0]  # noqa: F821
        answer["bound"] = sorted(bound)
    memory.ids = {name: id(value) for name, value in users.items()}
    memory.state = state
    if request["scribble"]:  # noqa: F821
        scribble()
    partial = request["answer"] + ".partial"  # noqa: F821
    with open(partial, "w") as file:
        json.dump(answer, file)
    os.replace(partial, request["answer"])  # noqa: F821


record()
