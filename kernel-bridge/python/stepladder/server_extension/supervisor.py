"""Keeps one Stepladder server running for as long as Jupyter runs: on one port, so that what kernels were told stays true."""

import atexit
import json
import secrets
import socket
import subprocess
import threading
import time
import urllib.request
from collections import deque
from typing import NamedTuple, Optional

HOST = "127.0.0.1"
# Below the range that systems hand out to clients, so that the port is still ours after a restart.
PORTS = range(7700, 7800)
DELAYS = (0.2, 0.5, 1, 2, 5, 10, 30)
CALM = 60
WATCH = 2
PATIENCE = 2


class Status(NamedTuple):
    state: str
    detail: str
    remedy: str
    url: Optional[str]
    workspace: str


class Supervisor:
    """A thread that starts the server, waits for its end, and starts it again. `status` may be read from anywhere."""

    def __init__(self, command, environment, workspace, log, tell_kernels):
        self._command = command
        self._environment = environment
        self._log = log
        self._tell_kernels = tell_kernels
        self._stopping = threading.Event()
        self._process = None
        self._last_words = deque(maxlen=20)
        self._reader = None
        self._port = free_port()
        self._was_ready = False
        self.token = environment.get("STEPLADDER_TOKEN") or secrets.token_urlsafe(24)
        self.status = Status("starting", "The Stepladder server is starting", "", self._url(), workspace)

    @classmethod
    def failed(cls, workspace, detail, remedy):
        """One that has nothing to start, and says why."""
        return _Still(Status("failed", detail, remedy, None, workspace))

    def start(self):
        self._tell_kernels(self.status.url, self.token)
        self._thread = threading.Thread(target=self._run, name="stepladder-server", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def stop(self):
        """Politely first: a server whose standard input closes finishes what it has in hand."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        for ask, patience in ((process.stdin.close, 5), (process.terminate, 3), (process.kill, 3)):
            try:
                ask()
                process.wait(patience)
                return
            except (OSError, subprocess.TimeoutExpired):
                continue

    def _run(self):
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._live_once()
            except OSError as error:
                self._fail(f"The Stepladder server could not be started: {error}", "")
            failures = 0 if time.monotonic() - began > CALM else failures + 1
            self._stopping.wait(DELAYS[min(failures, len(DELAYS)) - 1] if failures else 0)

    def _live_once(self):
        """From the start of a server to its end."""
        process = self._spawn()
        announced = _first_line(process.stdout)
        if announced is None:
            process.wait()
            # It is gone before its words have all been read.
            self._reader.join(PATIENCE)
            self._explain_failure()
            return
        self._adopt(announced)
        self._set("ready", "", "", announced["url"])
        self._was_ready = True
        if announced["started"]:
            self._log.info("Stepladder: %s", announced["url"])
            _drain(process.stdout, self._log.debug)
            process.wait()
            if not self._stopping.is_set():
                self._log.warning("The Stepladder server ended (%s); it is started again", process.returncode)
        else:
            process.wait()
            self._watch(announced["url"])
        self._set("starting", "The Stepladder server ended and is being started again", "", announced["url"])

    def _spawn(self):
        self._last_words.clear()
        arguments = ["serve", "--json", "--join", "--parent-stdin", "--host", HOST, "--port", str(self._port)]
        self._process = subprocess.Popen(
            [*self._command, *arguments, "--workspace", self.status.workspace],
            env={**self._environment, "STEPLADDER_TOKEN": self.token},
            cwd=self.status.workspace,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Ctrl-C is Jupyter's to handle: it still has kernels to end, which still have something to say.
            start_new_session=True,
        )
        self._reader = _drain(self._process.stderr, self._last_words.append, self._log.debug)
        if self._stopping.is_set():
            self.stop()
        return self._process

    def _adopt(self, announced):
        """Another Jupyter's server may hold the data folder: then it is ours too, and its address the one to keep."""
        self.token = announced.get("token")
        self._port = int(announced["url"].rsplit(":", 1)[1])
        self._tell_kernels(announced["url"], self.token)

    def _watch(self, url):
        while not self._stopping.wait(WATCH):
            if not answers(url):
                return

    def _explain_failure(self):
        if not self._was_ready and not _is_free(self._port):
            self._port = free_port()
            self._set("starting", "The port was taken; trying another", "", self._url())
            self._tell_kernels(self._url(), self.token)
            return
        if self._was_ready and not _is_free(self._port):
            # Kernels know that address, so another one is no remedy.
            return self._fail(
                f"Port {self._port} of the Stepladder server is taken by another program",
                "End that program; what you log meanwhile is kept, and arrives when the server is back",
            )
        # As the command line puts it: "stepladder: what is wrong", below it, indented, what to do.
        words = [line.rstrip() for line in self._last_words if line.strip()]
        for number, line in enumerate(words):
            if line.startswith("stepladder: "):
                remedy = words[number + 1].strip() if words[number + 1 :] else ""
                return self._fail(line[len("stepladder: ") :], remedy)
        self._fail(words[-1] if words else "The Stepladder server ended at once, without a word", "See Jupyter's log")

    def _fail(self, detail, remedy):
        if detail != self.status.detail and not self._stopping.is_set():
            self._log.warning("Stepladder: %s. %s", detail, remedy)
        self._set("failed", detail, remedy, None)

    def _set(self, state, detail, remedy, url):
        self.status = Status(state, detail, remedy, url, self.status.workspace)

    def _url(self):
        return f"http://{HOST}:{self._port}"


class _Still(NamedTuple):
    """What the proxy needs to know of a server that nobody here starts."""

    status: Status
    token: Optional[str] = None


def watch_remote(url, token, workspace):
    """A server that the user runs elsewhere: nothing to start, and the proxy finds out whether it answers."""
    return _Still(Status("ready", "", "", url.rstrip("/"), workspace), token)


def free_port():
    return next((port for port in PORTS if _is_free(port)), None) or _any_port()


def answers(url):
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _any_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _first_line(stream):
    """What the server says when it is ready; None when it ended before."""
    for line in stream:
        try:
            announced = json.loads(line)
        except ValueError:
            continue
        if isinstance(announced, dict) and "url" in announced:
            return announced
    return None


def _drain(stream, *takers):
    """Reads to the end, so that the server never waits for a reader."""

    def read():
        for line in stream:
            for take in takers:
                take(line.decode(errors="replace").rstrip("\n"))

    thread = threading.Thread(target=read, name="stepladder-output", daemon=True)
    thread.start()
    return thread
