"""The `stepladder` command of an installed wheel: hands everything on to the server's own command line."""

import os
import subprocess
import sys

from . import node_server


def main():
    try:
        command = node_server.server_command()
    except node_server.NodeMissing as missing:
        sys.exit(f"stepladder: {missing.detail}\n  {missing.remedy}")
    command += sys.argv[1:]
    environment = node_server.server_environment(os.environ)
    if os.name == "nt":
        sys.exit(subprocess.call(command, env=environment))
    os.execve(command[0], command, environment)
