"""Processor and memory while a run lasts, from what the operating system shows to everybody."""

import os
import sys
import threading
import time

INTERVAL = 10.0
MEGABYTE = 1024 * 1024
ON = {"1", "true", "yes", "on"}


def is_wanted():
    return os.environ.get("STEPLADDER_SYSTEM_METRICS", "").lower() in ON


class Monitor:
    """Samples in a thread of its own, once at the beginning and once at the end too."""

    def __init__(self, session, run_key, interval=None):
        self._session = session
        self._run = run_key
        self._interval = interval or float(
            os.environ.get("STEPLADDER_SYSTEM_METRICS_INTERVAL", INTERVAL)
        )
        self._step = 0
        self._before = _counters()
        self._stopped = threading.Event()
        thread = threading.Thread(target=self._watch, name="stepladder-system", daemon=True)
        thread.start()

    def stop(self):
        if not self._stopped.is_set():
            self._stopped.set()
            self._sample()

    def _watch(self):
        while not self._stopped.wait(self._interval):
            self._sample()

    def _sample(self):
        from .verbs import metric

        try:
            now = _counters()
            values = dict(_memory(), **_shares(self._before, now))
            self._before = now
            self._session.log(
                runId=self._run,
                metrics=[
                    metric("system/" + key, value, self._step) for key, value in values.items()
                ],
            )
            self._step += 1
        except Exception:  # An operating system that shows something else.
            self._stopped.set()


def _counters():
    """Seconds so far: of the wall, of this process, of all processors and of their rest."""
    times = os.times()
    counted = {"wall": time.monotonic(), "process": times[0] + times[1] + times[2] + times[3]}
    try:
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(number) for number in file.readline().split()[1:9]]
        counted["all"] = sum(ticks)
        counted["rest"] = ticks[3] + ticks[4]
    except (OSError, ValueError, IndexError):
        pass
    return counted


def _shares(before, now):
    shares = {}
    wall = now["wall"] - before["wall"]
    if wall > 0:
        shares["process_cpu_percentage"] = 100 * (now["process"] - before["process"]) / wall
    if "all" in now and "all" in before and now["all"] > before["all"]:
        rest = (now["rest"] - before["rest"]) / (now["all"] - before["all"])
        shares["cpu_utilization_percentage"] = 100 * (1 - rest)
    return shares


def _memory():
    found = {}
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            known = dict(line.split(":", 1) for line in file)
        total, free = (int(known[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
        found["system_memory_usage_megabytes"] = (total - free) / 1024
        found["system_memory_usage_percentage"] = 100 * (total - free) / total
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
        found["process_memory_usage_megabytes"] = pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE
    except (OSError, ValueError, KeyError, IndexError):
        pass
    try:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found["process_peak_memory_megabytes"] = peak / (
            MEGABYTE if sys.platform == "darwin" else 1024
        )
    except (ImportError, OSError):
        pass
    return found
