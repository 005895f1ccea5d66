"""`<base>/stepladder/api/…` is the Stepladder server under Jupyter's own login, `<base>/stepladder/status` how it stands, and
`<base>/stepladder/kernel-startup` what a kernel that did not inherit our environment is asked to run (remote_startup.py).

Bodies stream both ways and nothing is buffered, so that server-sent events arrive as they happen; when the browser
leaves, the connection behind is closed too.
"""

import json
import socket
import ssl
from urllib.parse import urlsplit

from jupyter_server.base.handlers import APIHandler
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.http1connection import HTTP1Connection, HTTP1ConnectionParameters
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine
from tornado.iostream import StreamClosedError
from tornado.tcpclient import TCPClient

from .kernel_environment import STARTUP

LARGEST_BODY = 1 << 40
# Jupyter's credentials and addresses are for Jupyter; the rest belongs to one connection, not to the message.
KEPT_BACK = {
    "authorization", "cookie", "host", "origin", "referer", "x-xsrftoken", "connection", "keep-alive", "te", "trailer",
    "upgrade", "transfer-encoding", "expect", "proxy-authorization", "proxy-connection",
}  # fmt: skip
DROPPED = {"connection", "keep-alive", "transfer-encoding", "set-cookie", "trailer", "upgrade"}


def add_handlers(web_app, supervisor, kernels):
    base = url_path_join(web_app.settings["base_url"], "stepladder")
    settings = {"supervisor": supervisor}
    web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base, "status"), StatusHandler, settings),
            (url_path_join(base, "kernel-startup"), KernelStartupHandler, {**settings, "kernels": kernels}),
            (url_path_join(base, "api") + "/.*", ProxyHandler, {**settings, "prefix": url_path_join(base, "api")}),
        ],
    )


class _Handler(APIHandler):
    # An open panel is not a working user: it must not keep a hub from stopping an idle server.
    _track_activity = False

    def initialize(self, supervisor, prefix=""):
        self.supervisor = supervisor
        self.prefix = prefix

    async def prepare(self):
        await super().prepare()
        if not self._finished and not self.current_user:
            raise web.HTTPError(403)


class StatusHandler(_Handler):
    @web.authenticated
    def get(self):
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(self.supervisor.status._asdict()))

    @web.authenticated
    def options(self):
        self.set_header("Allow", "GET, OPTIONS")
        self.set_status(204)


class KernelStartupHandler(_Handler):
    """Says no more than a kernel of this Jupyter finds in its environment, and to nobody who could not start one."""

    def initialize(self, supervisor, kernels):
        super().initialize(supervisor)
        self.kernels = kernels

    @web.authenticated
    def get(self):
        self.set_header("Cache-Control", "no-store")
        # A server that cannot be started has no address to tell.
        if self.supervisor.status.url is None:
            return self.finish(json.dumps({"program": None}))
        self.finish(
            json.dumps(
                {
                    "program": (STARTUP.parent / "remote_startup.py").read_text("utf-8"),
                    "given": {
                        "environment": self.kernels.told(),
                        "startup": str(STARTUP),
                        "host": socket.gethostname(),
                    },
                    "remote": GatewayClient.instance().gateway_enabled,
                }
            )
        )


@web.stream_request_body
class ProxyHandler(_Handler):
    upstream = None

    async def prepare(self):
        await super().prepare()
        if self._finished:
            return
        self.request.connection.set_max_body_size(LARGEST_BODY)
        try:
            self.upstream = await self._open()
        except (OSError, StreamClosedError) as error:
            self._server_down(str(error))

    async def data_received(self, chunk):
        if self.upstream is None:
            return
        try:
            await self.upstream.write(chunk)
        except StreamClosedError:
            pass  # It has answered without reading to the end; its answer says why.

    def on_connection_close(self):
        super().on_connection_close()
        self._close()

    def on_finish(self):
        super().on_finish()
        self._close()

    @web.authenticated
    async def get(self):
        try:
            self.upstream.finish()
            await self.upstream.read_response(_Answer(self))
        except (OSError, StreamClosedError):
            pass
        if not self._headers_written:
            self._server_down("it ended while it was asked")

    head = post = put = patch = delete = options = get

    async def _open(self):
        status = self.supervisor.status
        if status.url is None:
            raise OSError(status.detail)
        address = urlsplit(status.url)
        secure = address.scheme == "https"
        stream = await TCPClient().connect(
            address.hostname,
            address.port or (443 if secure else 80),
            ssl_options=ssl.create_default_context() if secure else None,
            timeout=10,
        )
        upstream = HTTP1Connection(
            stream, True, HTTP1ConnectionParameters(no_keep_alive=True, max_body_size=LARGEST_BODY, decompress=False)
        )
        target = address.path.rstrip("/") + _without_credentials(self.request.uri[len(self.prefix) :])
        await upstream.write_headers(
            RequestStartLine(self.request.method, target, "HTTP/1.1"), self._outgoing(address.netloc)
        )
        return upstream

    def _outgoing(self, host):
        headers = HTTPHeaders({"Host": host, "Connection": "close"})
        for name, value in self.request.headers.get_all():
            if name.lower() not in KEPT_BACK:
                headers.add(name, value)
        if self.supervisor.token:
            headers["Authorization"] = f"Bearer {self.supervisor.token}"
        # Without a length, Tornado would announce chunks where the browser sends nothing.
        if "Content-Length" not in headers and "Transfer-Encoding" not in self.request.headers:
            headers["Content-Length"] = "0"
        return headers

    def _server_down(self, reason):
        self._close()
        status = self.supervisor.status
        problem = {
            "type": "urn:stepladder:server_down",
            "title": "The Stepladder server does not answer",
            "status": 503,
            "code": "server_down",
            "detail": status.detail or f"The Stepladder server does not answer: {reason}",
            "remedy": status.remedy or "It is started again by itself; try once more in a moment",
        }
        self.set_status(503)
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(problem), set_content_type="application/problem+json")

    def _close(self):
        if self.upstream is not None:
            self.upstream.close()
            self.upstream = None


class _Answer(HTTPMessageDelegate):
    """Hands on what comes, as it comes."""

    def __init__(self, handler):
        self._handler = handler

    async def headers_received(self, start_line, headers):
        handler = self._handler
        if start_line.code < 200:
            return
        handler.set_status(start_line.code, start_line.reason)
        handler.clear_header("Content-Type")
        for name, value in headers.get_all():
            if name.lower() not in DROPPED:
                handler.add_header(name, value) if name.lower() == "vary" else handler.set_header(name, value)
        await handler.flush()

    async def data_received(self, chunk):
        try:
            self._handler.write(chunk)
            await self._handler.flush()
        except StreamClosedError:
            self._handler._close()

    def finish(self):
        if not self._handler._finished:
            self._handler.finish()

    def on_connection_close(self):
        # A body that broke off must not look like a whole one.
        if self._handler._headers_written and not self._handler._finished:
            self._handler.request.connection.stream.close()


def _without_credentials(target):
    path, mark, query = target.partition("?")
    kept = [field for field in query.split("&") if field.partition("=")[0] not in ("token", "_xsrf")]
    return path + mark + "&".join(kept) if mark and kept else path
