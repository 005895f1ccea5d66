"""What kernels, terminals and scripts of this Jupyter are told: set before any of them starts, and only where the user
has not said otherwise."""

from pathlib import Path

STARTUP = Path(__file__).resolve().parent.parent / "startup.py"


class KernelEnvironment:
    def __init__(self, environment):
        self._environment = environment
        self._ours = set()
        # MLflow's client goes to our server, unless the user has one; then our token is none of its business.
        self._mlflow = "MLFLOW_TRACKING_URI" not in environment

    def told(self):
        """What a kernel that did not inherit it may be told: the names of ours, whoever set them."""
        names = self._ours | {"STEPLADDER_URL", "STEPLADDER_TOKEN"}
        return {name: self._environment[name] for name in sorted(names) if name in self._environment}

    def point_at(self, url, token):
        """Where the server is: known before it runs, and corrected when another one holds the data folder."""
        self._hook()
        self._set("STEPLADDER_SETTINGS", _settings_folder(self._environment))
        self._set("STEPLADDER_URL", url)
        self._set("STEPLADDER_TOKEN", token)
        if not self._mlflow:
            return
        self._set("MLFLOW_TRACKING_URI", url)
        self._set("MLFLOW_TRACKING_TOKEN", token)
        self._set("MLFLOW_DISABLE_TELEMETRY", "true")
        # The client prints where MLflow's own pages would show the run; ours is in the sidebar.
        self._set("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
        # By default the client tries for four minutes before a cell may fail; a restart of ours takes a second.
        self._set("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")
        self._set("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "1")

    def _hook(self):
        """Python runs this file at the start of every interactive session, ipykernel's before the first cell."""
        users = self._environment.get("PYTHONSTARTUP")
        if users == str(STARTUP):
            return
        if users:
            self._environment["STEPLADDER_USER_PYTHONSTARTUP"] = users
        self._environment["PYTHONSTARTUP"] = str(STARTUP)

    def _set(self, name, value):
        if name in self._environment and name not in self._ours:
            return
        self._ours.add(name)
        if value is None:
            self._environment.pop(name, None)
        else:
            self._environment[name] = value


def _settings_folder(environment):
    """Where JupyterLab keeps what its user has set for our plugins; kernels read it at their start."""
    from jupyter_core.paths import jupyter_config_dir

    folder = environment.get("JUPYTERLAB_SETTINGS_DIR") or Path(jupyter_config_dir(), "lab", "user-settings")
    return str(Path(folder, "stepladder"))
