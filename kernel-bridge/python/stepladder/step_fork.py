"""The fork server: imports once, then one child a step, whose output it passes on line by line."""
import importlib.util
import json
import os
import selectors
import signal
import sys
import threading

import evidence_keeper
import step_files
import step_run
import step_source

# These start threads or hold devices when imported; a child that inherits them may hang.
UNSAFE_TO_FORK = {"tensorflow", "torch", "jax", "grpc", "ray", "pyspark", "cupy", "dask", "distributed"}


def preload(source):
    """Imports installed modules only: what lies beside the notebook may print or change between runs."""
    for name in step_source.imported_modules(source):
        top = name.split(".")[0]
        if top in UNSAFE_TO_FORK:
            continue
        try:
            spec = importlib.util.find_spec(top)
            origin = spec and (spec.origin or next(iter(spec.submodule_search_locations or []), None))
            if origin and (origin in ("built-in", "frozen") or step_files.is_installed(origin)):
                importlib.import_module(name)
        except BaseException:  # The step that needs it says so, with its line.
            continue


class Child:
    def __init__(self, job, pid, streams):
        self.id, self.pid, self.streams = job["id"], pid, streams
        self.partial = {name: b"" for name in streams}


class ForkServer:
    def __init__(self, events):
        self.events = events
        self.selector = selectors.DefaultSelector()
        self.children = {}
        self.commands = b""

    def say(self, **event):
        data = (json.dumps(event) + "\n").encode()
        while data:
            data = data[os.write(self.events, data):]

    def start(self, job):
        pipes = {name: os.pipe() for name in ("stdout", "stderr", "result")}
        pid = os.fork()
        if pid == 0:
            self.become_step(job, pipes)
        streams = {}
        for name, (reader, writer) in pipes.items():
            os.close(writer)
            os.set_blocking(reader, False)
            streams[name] = reader
        child = Child(job, pid, streams)
        self.children[pid] = child
        for name, reader in streams.items():
            self.selector.register(reader, selectors.EVENT_READ, (child, name))
        self.say(event="started", id=child.id, pid=pid)

    def become_step(self, job, pipes):
        status = 1
        try:
            os.setsid()
            step_run.die_with_parent()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for other in self.children.values():
                for reader in other.streams.values():
                    os.close(reader)
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.dup2(pipes["stdout"][1], 1)
            os.dup2(pipes["stderr"][1], 2)
            for reader, writer in (pipes["stdout"], pipes["stderr"]):
                os.close(reader)
                os.close(writer)
            os.close(pipes["result"][0])
            os.close(self.events)
            step_run.run_job(job, pipes["result"][1])
            status = 0
        finally:
            # Not sys.exit: what the parent registered to run at its end is not ours to run.
            os._exit(status)

    def read(self, child, name):
        """Passes on whole lines; @returns False at the end of the stream."""
        reader = child.streams[name]
        while True:
            try:
                data = os.read(reader, 65536)
            except BlockingIOError:
                return True
            if not data:
                return False
            child.partial[name] += data
            if name != "result":
                self.pass_lines(child, name)

    def pass_lines(self, child, name, final=False):
        *lines, child.partial[name] = child.partial[name].split(b"\n")
        if final and child.partial[name]:
            lines.append(child.partial[name])
        if lines:
            self.say(event="output", id=child.id, stream=name, lines=[line.decode("utf-8", "replace") for line in lines])

    def close(self, child, name):
        self.selector.unregister(child.streams[name])
        os.close(child.streams.pop(name))

    def reap(self):
        for pid, child in list(self.children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if not ended:
                continue
            # A process that the step left behind may hold its pipes open: what is there now is what counts.
            for name in list(child.streams):
                self.read(child, name)
                if name != "result":
                    self.pass_lines(child, name, final=True)
                self.close(child, name)
            del self.children[pid]
            kill_group(pid)
            result = child.partial["result"]
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
            if not self.children:
                evidence_keeper.end_all_children()
            self.say(event="ended", id=child.id, signal=number, result=json.loads(result) if result else None)

    def obey(self, data):
        *lines, self.commands = (self.commands + data).split(b"\n")
        for line in lines:
            self.start(json.loads(line))

    def serve(self):
        waker, wake = os.pipe()
        for fd in (waker, wake):
            os.set_blocking(fd, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(wake)
        self.selector.register(0, selectors.EVENT_READ, "commands")
        self.selector.register(waker, selectors.EVENT_READ, "child ended")
        while True:
            for key, _ in self.selector.select():
                if key.data == "commands":
                    data = os.read(0, 1 << 20)
                    if not data:  # The server is gone, and with it whoever wanted the results.
                        for pid in self.children:
                            kill_group(pid)
                        evidence_keeper.end_all_children()
                        return
                    self.obey(data)
                elif key.data == "child ended":
                    os.read(waker, 4096)
                    self.reap()
                else:
                    child, name = key.data
                    if name in child.streams and not self.read(child, name):
                        self.close(child, name)


def kill_group(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def serve(options, events):
    os.chdir(options["folder"])
    os.environ.setdefault("MPLBACKEND", "Agg")
    if options.get("proof"):
        import proof_shell

        proof_shell.as_in_a_kernel(lambda: preload(proof_shell.AHEAD + options["imports"]))
    else:
        preload(options["imports"])
    server = ForkServer(events)
    evidence_keeper.adopt_orphans()
    if threading.active_count() > 1:
        server.say(event="unsafe", reason="An import started a thread, so steps start without the imports being shared")
        return
    server.say(event="ready", version=".".join(map(str, sys.version_info[:3])))
    server.serve()
