"""Runs the cells of a notebook, in any language, in a fresh kernel and says what each of them showed.

    python -B proof_kernel.py

Runs in an interpreter that has `jupyter_client`; the kernel is whichever the job names. The job comes on standard input
as one JSON line; one JSON line a cell goes out on file descriptor 3, and `{"finished": true}` or `{"stopped": …}` at the end.
"""
import json
import os
import queue
import secrets
import signal
import subprocess
import sys
import threading
import time

import evidence_keeper
import step_run

EVENTS = 3
START_LIMIT = 90
STARTS = 3
LONGEST_OUTPUT = 8 * 1024 * 1024
LONGEST_REASON = 2000
HERE = os.path.dirname(os.path.abspath(__file__))
# What would make this run look like one of the user's own.
NOT_HANDED_ON = ("STEPLADDER_", "MLFLOW_", "PYTHONSTARTUP", "JPY_")


class Stopped(Exception):
    """The notebook cannot go on; the words say why."""


def say(event):
    data = (json.dumps(event) + "\n").encode()
    while data:
        data = data[os.write(EVENTS, data):]


def end_when_asked():
    """By a signal, or by the end of the server, which holds the other end of our input."""
    signal.signal(signal.SIGTERM, lambda *_: end())
    threading.Thread(target=lambda: (sys.stdin.buffer.read(1), end()), daemon=True).start()


def end():
    """From whichever thread, also while another one waits for the kernel: an exception would end only the one that it is raised in."""
    evidence_keeper.end_all_children()
    os._exit(0)


class Kernel:
    def __init__(self, job):
        self.job = job
        self.log = os.path.join(job["own"], "kernel.log")

    def start(self):
        """Until it answers. Ports are free when they are chosen, not when the kernel takes them: who comes too late is given others."""
        for again in range(STARTS):
            self.launch()
            try:
                return self.wait_until_ready()
            except Stopped:
                if self.process.poll() is None or again + 1 == STARTS:
                    raise
                self.client.stop_channels()

    def launch(self):
        from jupyter_client.blocking import BlockingKernelClient
        from jupyter_client.connect import write_connection_file

        job = self.job
        connection = os.path.join(job["own"], "connection.json")
        write_connection_file(connection, ip="127.0.0.1", key=secrets.token_hex(16).encode())
        variables = {name: value for name, value in os.environ.items() if not name.startswith(NOT_HANDED_ON)}
        variables.update(job["variables"])
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [part.replace("{connection_file}", connection) for part in job["argv"]],
                cwd=job["folder"], env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=step_run.die_with_parent,
            )
        self.client = BlockingKernelClient(connection_file=connection)
        self.client.load_connection_file()
        self.client.start_channels()

    def wait_until_ready(self):
        """Until it answers, and what it tells everybody reaches us: a subscription that comes too late loses the end of the first cell."""
        deadline = time.monotonic() + START_LIMIT
        asked = set()
        while time.monotonic() < deadline:
            asked.add(self.client.kernel_info())
            if self.has_answered(self.client.get_shell_msg, asked) and self.has_answered(self.client.get_iopub_msg, asked):
                return
        raise Stopped("The kernel was not ready within {} seconds".format(START_LIMIT))

    def has_answered(self, get, asked):
        until = time.monotonic() + 2
        while time.monotonic() < until:
            self.check_alive("The kernel did not start", self.last_words)
            try:
                if get(timeout=0.2)["parent_header"].get("msg_id") in asked:
                    return True
            except queue.Empty:
                continue
        return False

    def check_alive(self, words, detail=str):
        if self.process.poll() is not None:
            raise Stopped("{}: its process ended{}{}".format(words, self.how(), detail()))

    def last_words(self):
        with open(self.log, errors="replace") as log:
            lines = [line.strip() for line in log.read()[-LONGEST_REASON:].splitlines() if line.strip()]
        return " ({})".format(lines[-1]) if lines else ""

    def how(self):
        code = self.process.returncode
        return " by signal {}".format(-code) if code < 0 else " with exit code {}".format(code)

    def run(self, source, limit, silent=False):
        """@returns the messages of the cell, in order"""
        asked = self.client.execute(source, silent=silent, store_history=not silent, allow_stdin=False, stop_on_error=False)
        deadline = time.monotonic() + limit
        messages = []
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                self.check_alive("It ended its kernel")
                if time.monotonic() > deadline:
                    raise Stopped("It did not end within {:g} seconds".format(limit))
                continue
            if time.monotonic() > deadline:
                raise Stopped("It did not end within {:g} seconds".format(limit))
            if message["parent_header"].get("msg_id") != asked:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            messages.append((kind, content))
        # A kernel may tell of an error in its reply alone: tslab of all, IPython of magics that are used wrongly.
        reply = self.take_reply(asked, deadline)
        if reply.get("status") == "error" and not any(kind == "error" for kind, _ in messages):
            known = self.job["records"] and "ename" in reply
            messages.append(("error", reply if known else {"ename": "Error", "evalue": ""}))
        return messages

    def take_reply(self, asked, deadline):
        while time.monotonic() < deadline:
            try:
                reply = self.client.get_shell_msg(timeout=0.5)
            except queue.Empty:
                self.check_alive("It ended its kernel")
                continue
            if reply["parent_header"].get("msg_id") == asked:
                # `exit` lets the cell end well, and then ends the kernel.
                for payload in reply["content"].get("payload", ()):
                    if payload.get("source") == "ask_exit":
                        raise Stopped("It ended its kernel")
                return reply["content"]
        return {}


def shown(messages):
    """What the reader of the notebook sees, in the form that steps tell it too."""
    outputs = {"stdout": "", "stderr": "", "displays": []}
    for kind, content in messages:
        if kind == "stream":
            name = content["name"]
            outputs[name] = (outputs.get(name, "") + content["text"])[:LONGEST_OUTPUT]
        elif kind in ("execute_result", "display_data"):
            outputs["displays"].append({"result": kind == "execute_result", "data": content["data"]})
        elif kind == "clear_output":
            outputs.update(stdout="", stderr="", displays=[])
        elif kind == "error":
            outputs["error"] = {"name": content["ename"], "value": content["evalue"][:2000]}
    return outputs


def record(kernel, cell, names):
    """Has the kernel store the values that the cell leaves, without a trace in the user's names."""
    job = kernel.job
    request = {"cell": cell, "names": names, "values": job["values"], "answer": os.path.join(job["own"], "recorded.json"), "scribble": job["scribble"]}
    kernel.run(recording(job, request), job["limit"], silent=True)
    try:
        with open(request["answer"]) as file:
            answer = json.load(file)
        os.remove(request["answer"])
        return answer
    except (OSError, ValueError):
        return {}


def recording(job, request):
    """Code for the kernel, in its language; of another language than Python the server sends the recorder."""
    recorder, asked = job.get("recorder"), json.dumps(request)
    if recorder:
        # A block: the last line of a cell is shown for what it is worth.
        return "{{ eval({})({}) }}".format(json.dumps(recorder), asked)
    program = os.path.join(HERE, "proof_record.py")
    code = "exec(compile(open({0!r}).read(), {0!r}, 'exec'), {{'__name__': 'proof_record', 'here': {1!r}, 'request': __import__('json').loads({2!r})}})"
    return code.format(program, HERE, asked)


def main():
    job = json.loads(sys.stdin.buffer.readline())
    os.set_inheritable(EVENTS, False)
    evidence_keeper.adopt_orphans()
    end_when_asked()
    kernel = Kernel(job)
    at = None
    try:
        kernel.start()
        records = job["records"] or job.get("recorder")
        if records:
            record(kernel, None, [])
        for cell in job["cells"]:
            at = cell["cell"]
            began = time.monotonic()
            outputs = shown(kernel.run(cell["source"], job["limit"]))
            seconds = time.monotonic() - began
            if outputs.get("error", {}).get("name") == "StdinNotImplementedError":
                raise Stopped("It asks for input, which nobody is there to give")
            told = {"cell": at, "outputs": outputs, "seconds": seconds}
            if records:
                told.update(record(kernel, at, cell["names"]))
            say(told)
        say({"finished": True})
    except Stopped as stopped:
        say({"stopped": {"cell": at, "reason": str(stopped)}})
    finally:
        end()


if __name__ == "__main__":
    main()
