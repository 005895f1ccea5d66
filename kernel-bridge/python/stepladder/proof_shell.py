"""A shell as a kernel has it, without a kernel: cells run in it show the same, and what they show is kept."""
import base64
import builtins
import io
import os
import sys
import tempfile

import step_run
import step_shell

INLINE = "module://matplotlib_inline.backend_inline"
AHEAD = "import IPython.core.interactiveshell, IPython.core.completer, IPython.core.pylabtools\n"


class CapturedOutput:
    """
    Standard output goes to a file, so that what child processes and libraries in C write is in its place too. Of standard error
    there are two: what Python writes, which a kernel shows, and what others write, which it shows late or not at all.
    """

    def __init__(self):
        self.output, self.errors, self.others = (tempfile.TemporaryFile() for _ in range(3))
        os.dup2(self.output.fileno(), 1)
        os.dup2(self.others.fileno(), 2)
        for name, fd in (("stdout", 1), ("stderr", self.errors.fileno())):
            setattr(sys, name, io.TextIOWrapper(os.fdopen(fd, "wb", closefd=False), "utf-8", "backslashreplace", line_buffering=True))

    def clear(self):
        step_run.flush()
        for file in (self.output, self.errors, self.others):
            os.ftruncate(file.fileno(), 0)
            os.lseek(file.fileno(), 0, os.SEEK_SET)

    def texts(self):
        step_run.flush()
        return {"stdout": text_of(self.output), "stderr": text_of(self.errors), "otherErrors": text_of(self.others)}


def text_of(file):
    size = os.lseek(file.fileno(), 0, os.SEEK_CUR)
    return os.pread(file.fileno(), size, 0).decode("utf-8", "replace")


def encoded(data):
    """Pictures as they travel in a notebook: base64."""
    return {kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value for kind, value in data.items()}


class KernelStandIn:
    """What libraries ask the shell for to learn whether a notebook or a terminal shows what they print."""

    session = None


class KernelSeen:
    """While modules are imported ahead, before there is a shell."""

    kernel = KernelStandIn()
    config = {"IPKernelApp": {}}


def as_in_a_kernel(work):
    """pandas, for one, decides at its import how wide tables may be."""
    builtins.get_ipython = KernelSeen
    try:
        return work()
    finally:
        del builtins.get_ipython


def make_shell(module, job):
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from traitlets.config import Config

    class Publisher(DisplayPublisher):
        def publish(self, data, metadata=None, *_, **others):
            if not others.get("update"):
                self.shell.displays.append({"result": False, "data": encoded(data)})

        def clear_output(self, wait=False):
            self.shell.displays.clear()
            self.shell.captured.clear()

    class Hook(DisplayHook):
        def write_output_prompt(self):
            return

        def write_format_data(self, format_dict, md_dict=None):
            if format_dict:
                self.shell.displays.append({"result": True, "data": encoded(format_dict)})

    class Shell(step_shell.make_shell_class(Publisher, Hook)):
        def show_usage_error(self, exc):
            super().show_usage_error(exc)
            print("UsageError: {}".format(exc), file=sys.stderr)

    # By this name libraries know a notebook.
    Shell.__name__ = Shell.__qualname__ = "ZMQInteractiveShell"
    Shell.__module__ = "ipykernel.zmqshell"
    shell = step_shell.make_shell(Shell, module, job)
    shell.config.IPKernelApp = Config()
    shell.kernel = KernelStandIn()
    shell.displays, shell.captured = [], CapturedOutput()
    draw_inline(shell)
    return shell


def draw_inline(shell):
    """Pyplot may have been imported before there was a shell that it could register with."""
    if "matplotlib.pyplot" not in sys.modules or os.environ.get("MPLBACKEND") != INLINE:
        return
    try:
        from IPython.core.pylabtools import activate_matplotlib
        from matplotlib_inline.backend_inline import configure_inline_support

        activate_matplotlib(INLINE)
        configure_inline_support(shell, INLINE)
    except Exception:  # Another version: the first figure sets it up, or there is none.
        return


def run_cell(shell, source):
    """@returns what `shown` of proof_kernel.py says of a cell that ran in a kernel"""
    shell.displays.clear()
    shell.captured.clear()
    error = step_shell.run_cell(shell, source)
    outputs = {**shell.captured.texts(), "displays": list(shell.displays)}
    if error is not None:
        outputs["error"] = {"name": type(error).__name__, "value": str(error)[:2000]}
    return outputs
