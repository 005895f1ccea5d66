"""What runs a cell: IPython's own shell where the interpreter has it, else the cell as plain Python."""


class PlainRunner:
    """For interpreters without IPython: cells whose magics were made plain Python."""

    def __init__(self, namespace):
        import step_source

        self.namespace, self.sources, self.run_code = namespace, step_source.Sources(), step_source.run
        namespace["__builtins__"] = __import__("builtins")
        step_source.offer_display()

    def text(self, cell):
        return cell["plain"]

    def run(self, cell, begin, end):
        begin()
        try:
            self.run_code(self.sources.compile(cell["plain"], "<cell {}>".format(cell["cell"]), cell["cell"]), self.namespace)
        except BaseException as error:
            return error
        finally:
            end()


class ShellRunner:
    """IPython's own shell: magics, `display` and `Out` are what they are in a kernel."""

    def __init__(self, namespace):
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        class Shell(InteractiveShell):
            def enable_gui(self, gui=None):
                """Nobody looks on: there is no window whose events would be waited for."""

        config = Config()
        config.HistoryManager.enabled = False
        self.shell = Shell.instance(config=config, user_ns=namespace)
        self.begin = self.end = lambda: None
        # Not before: to tell magics from names, the shell looks up the first word of a cell.
        self.shell.events.register("pre_run_cell", lambda *_: self.begin())
        self.shell.events.register("post_run_cell", lambda *_: self.end())

    def text(self, cell):
        return self.shell.transform_cell(cell["source"])

    def run(self, cell, begin, end):
        self.begin, self.end = begin, end
        # `Out[3]` is the third cell, also where the second is left out.
        self.shell.execution_count = cell["number"]
        result = self.shell.run_cell(cell["source"], store_history=True)
        end()
        return result.error_before_exec or result.error_in_exec


def make_runner(namespace):
    try:
        return ShellRunner(namespace)
    except ImportError:
        return PlainRunner(namespace)
