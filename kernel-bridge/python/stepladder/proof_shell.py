"""A shell as a kernel has it, without a kernel: cells run in it show the same, and what they show is kept."""
import base64
import builtins
import io
import os
import sys
import tempfile

import step_shell

INLINE = "module://matplotlib_inline.backend_inline"
AHEAD = "import IPython.core.interactiveshell, IPython.core.completer, IPython.core.pylabtools\n"


class CapturedOutput:
    """Standard output goes to a file, so that what child processes and libraries in C write is in its place too."""

    def __init__(self):
        self.file = tempfile.TemporaryFile()
        os.dup2(self.file.fileno(), 1)
        self.errors = os.open(os.devnull, os.O_WRONLY)
        os.dup2(self.errors, 2)
        for name, fd in (("stdout", 1), ("stderr", 2)):
            setattr(sys, name, io.TextIOWrapper(os.fdopen(fd, "wb", closefd=False), "utf-8", "backslashreplace", line_buffering=True))

    def clear(self):
        sys.stdout.flush()
        os.ftruncate(1, 0)
        os.lseek(1, 0, os.SEEK_SET)

    def text(self):
        sys.stdout.flush()
        size = os.lseek(1, 0, os.SEEK_CUR)
        return os.pread(1, size, 0).decode("utf-8", "replace")


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
        def show_trace(self, stb):
            sys.stderr.write(self.InteractiveTB.stb2text(stb))

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
    outputs = {"stdout": shell.captured.text(), "displays": list(shell.displays)}
    if error is not None:
        outputs["error"] = {"name": type(error).__name__, "value": str(error)[:2000]}
    return outputs
