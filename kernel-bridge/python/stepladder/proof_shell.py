"""A shell as a kernel has it, without a kernel: cells run in it show the same, and what they show is kept."""
import asyncio
import base64
import builtins
import io
import os
import sys
import tempfile

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


def make_shell(module):
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
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

    class Shell(InteractiveShell):
        display_pub_class = Type(Publisher)
        displayhook_class = Type(Hook)

        def set_next_input(self, *_, **__):
            """`%load` offers the next cell its text; nobody is there to take it."""

        def _showtraceback(self, etype, evalue, stb):
            sys.stderr.write(self.InteractiveTB.stb2text(stb))

        def ask_exit(self):
            return

        def enable_gui(self, gui=None):
            """No window will open."""

    # By this name libraries know a notebook.
    Shell.__name__ = Shell.__qualname__ = "ZMQInteractiveShell"
    Shell.__module__ = "ipykernel.zmqshell"
    config = Config()
    config.IPKernelApp = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.xmode = "Minimal"
    shell = Shell.instance(config=config, user_module=module)
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
    result = run_as_in_a_kernel(shell, source)
    outputs = {"stdout": shell.captured.text(), "displays": list(shell.displays)}
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        outputs["error"] = {"name": type(error).__name__, "value": str(error)[:2000]}
    return outputs


def run_as_in_a_kernel(shell, source):
    """A kernel's own loop is running while a cell does, which code may find out. Not in a task: what libraries keep in the context stays."""
    loop = loop_of(shell)
    try:
        transformed = shell.transform_cell(source)
        waits = shell.should_run_async(source, transformed_cell=transformed)
    except Exception:  # A syntax error, which run_cell tells of in its own way; or an IPython that knows no such question.
        waits = False
    if waits:
        return loop.run_until_complete(shell.run_cell_async(source, store_history=True, transformed_cell=transformed))
    asyncio._set_running_loop(loop)
    try:
        return shell.run_cell(source, store_history=True)
    finally:
        asyncio._set_running_loop(None)


def loop_of(shell):
    loop = vars(shell).get("_stepladder_loop")
    if loop is None:
        loop = shell._stepladder_loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    return loop
