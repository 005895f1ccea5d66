"""What a session runs on and in: the machine, and the packages of its environment. Told once a session."""

import os
import platform
import re
import sys

MOST_PACKAGES = 5000
INSTALLED = re.compile(r"^(.{1,200}?)-([^-]{1,100}?)(?:-py[\d.]+)?\.(?:dist|egg)-info$")


def describe():
    return {"machine": machine(), "packages": packages()}


def machine():
    described = {
        "host": platform.node()[:255] or "unknown",
        "system": ("%s %s %s" % (platform.system(), platform.release(), platform.machine()))[:255],
        "cpus": _cpus(),
        "memory": _memory(),
        "user": os.environ.get("JUPYTERHUB_USER") or os.environ.get("USER"),
    }
    return {key: value for key, value in described.items() if value is not None}


def packages():
    """By the names of the folders that every installer writes: reading their contents would take a hundred times as long."""
    found = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            match = INSTALLED.match(name)
            # The first on the path is the one that is imported.
            if match and len(found) < MOST_PACKAGES:
                package = re.sub("[-_.]+", "-", match.group(1)).lower()
                found.setdefault(package, match.group(2))
    return [{"name": name, "version": found[name]} for name in sorted(found)]


def _cpus():
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count()


def _memory():
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
