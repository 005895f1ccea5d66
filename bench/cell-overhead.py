# One side of cell-overhead.ts: a real ipykernel that runs trivial cells, one after the other; prints the milliseconds of each,
# from the request to the idle kernel, and of them those within our hook's two callbacks.
import json
import os
import sys
import tempfile
import time

from jupyter_client.manager import start_new_kernel

TIME_CALLBACKS = """
def _time():
    import atexit, json, time
    shell = get_ipython()
    hook = getattr(shell, "_stepladder_hook", None)
    spent = []
    def timed(callback, first):
        def call(info):
            started = time.perf_counter()
            callback(info)
            elapsed = (time.perf_counter() - started) * 1000
            if first:
                spent.append(elapsed)
            elif spent:
                spent[-1] += elapsed
        return call
    if hook:
        for event, callback in (("pre_run_cell", hook._pre), ("post_run_cell", hook._post)):
            shell.events.unregister(event, callback)
            shell.events.register(event, timed(callback, event == "pre_run_cell"))
    atexit.register(lambda: json.dump(spent, open(%r, "w")))
_time()
del _time
"""

cells = int(sys.argv[1])
manager, client = start_new_kernel()
spent = tempfile.mktemp()
try:
    client.execute(TIME_CALLBACKS % spent, silent=True)
    client.get_shell_msg(timeout=30)
    times = []
    for number in range(cells + 20):
        started = time.perf_counter()
        request = client.execute("x = %d" % number)
        while True:
            message = client.get_iopub_msg(timeout=30)
            if (
                message["parent_header"].get("msg_id") == request
                and message["content"].get("execution_state") == "idle"
            ):
                break
        times.append((time.perf_counter() - started) * 1000)
        client.get_shell_msg(timeout=30)
finally:
    client.stop_channels()
    manager.shutdown_kernel()
with open(spent) as file:
    print(json.dumps({"cells": times[20:], "callbacks": json.load(file)[20:]}))
os.remove(spent)
