# Runs in every Python kernel before its first cell: by PYTHONSTARTUP in the user's own namespace (any environment, nothing of
# ours installed there), or imported by IPython's startup folder of an environment that has us. It leaves no name behind.


def _stepladder_startup(namespace, file):
    import os
    import sys

    def chain():
        """Whoever had PYTHONSTARTUP set keeps what it did; its names are the user's own."""
        own = os.environ.get("STEPLADDER_USER_PYTHONSTARTUP")
        if namespace.get("__name__") != "__main__" or not own or not os.path.isfile(own):
            return
        try:
            with open(own, "rb") as source:
                exec(compile(source.read(), own, "exec"), namespace)
        except Exception:
            sys.excepthook(*sys.exc_info())

    def load_package():
        """
        `import stepladder` works in the kernel of any environment, and nothing else of ours does: the package is loaded
        from its own folder, so sys.path stays as it was. A module of the user's with the same name is left alone.
        """
        import importlib.util

        folder = os.path.dirname(os.path.abspath(file))
        entry = os.path.join(folder, "__init__.py")
        present = sys.modules.get("stepladder") or importlib.util.find_spec("stepladder")
        origin = getattr(getattr(present, "__spec__", present), "origin", None)
        name = "stepladder"
        if origin is not None and os.path.realpath(origin) != os.path.realpath(entry):
            name = "_stepladder"
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(
                name, entry, submodule_search_locations=[folder]
            )
            sys.modules[name] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
        return name

    chain()
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is None or not os.environ.get("STEPLADDER_URL"):
        return
    import importlib

    # Set by remote_startup.py, when it was the browser that asked for the hook.
    asked = namespace.get("_stepladder_asked") or {}
    importlib.import_module(load_package() + ".hook").install(shell, **asked)


try:
    _stepladder_startup(globals(), __file__)
except Exception:  # A kernel without our hook is better than a kernel with our traceback.
    pass
finally:
    del _stepladder_startup
