"""The Jupyter server extension: starts and watches the Stepladder server, shows it to the browser under Jupyter's own
login, and tells kernels where it is. Whatever is wrong with it, Jupyter and its notebooks work on.
"""

import os

from .. import node_server
from . import kernel_environment, lifeline, proxy
from .supervisor import Supervisor, watch_remote


def _load_jupyter_server_extension(server_app):
    lifeline.end_with_parent(os.environ.pop("STEPLADDER_LIFELINE", None))
    workspace = os.path.abspath(os.path.expanduser(server_app.root_dir))
    kernels = kernel_environment.KernelEnvironment(os.environ)
    try:
        supervisor = _start(workspace, server_app.log, kernels)
    except node_server.NodeMissing as missing:
        server_app.log.warning("Stepladder: %s. %s", missing.detail, missing.remedy)
        supervisor = Supervisor.failed(workspace, missing.detail, missing.remedy)
    proxy.add_handlers(server_app.web_app, supervisor, kernels)


def _start(workspace, log, kernels):
    """The user's own server where the environment names one, else one of ours."""
    if os.environ.get("STEPLADDER_URL"):
        url, token = os.environ["STEPLADDER_URL"], os.environ.get("STEPLADDER_TOKEN")
        kernels.point_at(url, token)
        return watch_remote(url, token, workspace)
    command = node_server.server_command()
    environment = node_server.server_environment(os.environ)
    supervisor = Supervisor(command, environment, workspace, log, kernels.point_at)
    supervisor.start()
    return supervisor
