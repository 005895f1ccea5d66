"""IPython around a step whose cells speak IPython: magics, shell lines, `get_ipython()`. They do in it what they do in a kernel."""
import asyncio
import builtins
import re
import sys

import step_source

ASKS_FOR_IT = re.compile(r"\bget_ipython\b|\b(?:In|Out)\[")
CELL_MAGIC = re.compile(r"\s*%%(\w[\w.]*)")
# Cell magics that plain Python does as well, and those that only show something.
PLAIN = {
    "time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "writefile", "file", "bash", "sh", "script", "system", "sx",
    "html", "HTML", "markdown", "latex", "javascript", "js", "svg", "SVG",
}
# Magics that ipykernel adds to those of IPython.
OF_KERNELS = re.compile(r"^\s*%(?:autosave|clear|connect_info|edit|less|lsmagic|man|more|qtconsole)\b", re.MULTILINE)
BODY_OF_TIME = "<timed exec>"


def is_wanted(job):
    """The server made plain Python of what it could: where that is another text, IPython says it in full."""
    parts = job["shared"] + job["cells"]
    return any(part.get("written", part["source"]) != part["source"] or ASKS_FOR_IT.search(part["source"]) for part in parts)


def is_there():
    try:
        import IPython.core.interactiveshell  # noqa: F401
    except Exception:  # Not installed, or broken: then plain Python has to do.
        return False
    return True


class NeedsIPython(Exception):
    remedy = "Install ipython where the notebook's kernel is, or write it in plain Python"


class NoShell:
    """Where IPython is not installed: plain Python, and a clear word where that is not the same."""

    def __init__(self, module, sources, _job):
        self.namespace, self.sources = module.__dict__, sources
        builtins.get_ipython = self.get_ipython

    def get_ipython(self):
        # What libraries and notebooks expect where there is no IPython is a NameError.
        raise NameError(lacking("get_ipython()"))

    def run(self, cell, filename):
        found = CELL_MAGIC.match(cell.get("written", ""))
        if found is not None and found.group(1) not in PLAIN:
            return NeedsIPython(lacking("%%" + found.group(1)))
        step_source.run(self.sources.compile(cell["source"], filename, cell["cell"]), self.namespace)
        return None


def lacking(what):
    return "{} needs IPython, which is not installed for {}".format(what, sys.executable)


def first_line(source):
    """1-based; of the first line with text."""
    return source[: len(source) - len(source.lstrip())].count("\n") + 1


def make_shell_class(publisher, hook):
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type

    class Shell(InteractiveShell):
        display_pub_class = Type(publisher)
        displayhook_class = Type(hook)
        raised = None

        def set_next_input(self, *_, **__):
            """`%load` offers the next cell its text; nobody is there to take it."""

        def ask_exit(self):
            """`exit` lets its cell end well; a terminal's shell would ask somebody whether to leave."""

        def enable_gui(self, gui=None):
            """No window will open."""

        def _showtraceback(self, etype, evalue, stb):
            # Magics like %%time tell of an error in this way only.
            self.raised = evalue
            self.show_trace(stb)

        def show_usage_error(self, exc):
            self.raised = exc
            self.show_trace(["UsageError: {}".format(exc)])

        def show_trace(self, stb):
            """Whoever runs the cell prints it."""

    return Shell


def make_shell(shell_class, module, job):
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.xmode = "Minimal"
    shell = shell_class.instance(config=config, user_module=module)
    # What `name?` shows is no output of the cell.
    shell.set_hook("show_in_pager", lambda *_, **__: None)
    if any(OF_KERNELS.search(part["written"]) for part in job["shared"] + job["cells"]):
        add_kernel_magics(shell)
    return shell


def add_kernel_magics(shell):
    try:
        from ipykernel.zmqshell import KernelMagics

        shell.register_magics(KernelMagics)
    except Exception:  # Another version: such a magic is then not found, and says so.
        return


class StepShell:
    """For a run: what is displayed becomes text, and the worth of a last line is nobody's to see."""

    def __init__(self, module, sources, job):
        from IPython.core.displayhook import DisplayHook
        from IPython.core.displaypub import DisplayPublisher

        class Publisher(DisplayPublisher):
            def publish(self, data, metadata=None, *_, **others):
                print(data.get("text/plain", ""))

        class Hook(DisplayHook):
            def compute_format_data(self, result):
                return {}, {}

            def write_output_prompt(self):
                return

            def write_format_data(self, format_dict, md_dict=None):
                return

        self.shell = make_shell(make_shell_class(Publisher, Hook), module, job)
        self.shell.display_formatter.active_types = ["text/plain"]
        self.sources = sources
        self.cell = None
        self.remember_names()

    def remember_names(self):
        """IPython names the code of a cell as it likes: the name leads back to the cell, with the lines before it."""
        cache = self.shell.compile.cache

        def remembered(*given, **named):
            name = cache(*given, **named)
            self.sources.remember(name, self.cell["cell"], self.lines_before)
            # What runs inside of this one is the body of its magic.
            self.lines_before = self.lines_of_magic
            return name

        self.shell.compile.cache = remembered

    def run(self, cell, _filename):
        """@returns the error, or None"""
        source = cell["written"]
        self.cell = cell
        self.lines_before = 0
        self.lines_of_magic = first_line(source) if CELL_MAGIC.match(source) else 0
        self.sources.remember(BODY_OF_TIME, cell["cell"], self.lines_of_magic)
        return run_cell(self.shell, source)


def run_cell(shell, source):
    """@returns the error, or None"""
    shell.raised = None
    result = run_as_in_a_kernel(shell, source)
    return result.error_before_exec or result.error_in_exec or shell.raised


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
