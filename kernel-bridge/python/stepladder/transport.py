"""HTTP to the server over one kept connection, with the standard library."""

import json
import os
from urllib.parse import quote, urlsplit

TIMEOUT = 10.0


class Away(Exception):
    """The server is not there or cannot answer now: try again later."""


class Refused(Exception):
    """The server understood and will not take it: trying again would not help."""

    def __init__(self, status, body):
        super().__init__("%d %s" % (status, body[:500].decode("utf-8", "replace")))
        self.status = status


class Address:
    """Where the server is, and who asks. A server that comes back elsewhere is found by its data folder's server.json."""

    def __init__(self, session_id):
        self.session_id = session_id
        self.url = os.environ.get("STEPLADDER_URL", "").rstrip("/")
        self.token = os.environ.get("STEPLADDER_TOKEN", "").partition(".")[0]
        self.data = os.environ.get("STEPLADDER_DATA")
        if not self.url:
            self.data = self.data or _nearest_data_folder()
            self.look_again()

    def is_known(self):
        return bool(self.url or self.data)

    def look_again(self):
        if not self.data:
            return
        try:
            with open(os.path.join(self.data, "server.json"), encoding="utf-8") as file:
                server = json.load(file)
            self.url = server["url"].rstrip("/")
            self.token = server.get("token") or self.token
        except (OSError, ValueError, KeyError):
            pass


class Connection:
    """Not for use by two threads at a time."""

    def __init__(self, address, timeout=TIMEOUT):
        self._address = address
        self._timeout = timeout
        self._http = None
        self._to = None

    def call(self, method, path, body=None, session_id=None):
        """Sends JSON and gives back the JSON answered. Raises `Away` or `Refused`."""
        data = None if body is None else json.dumps(body, allow_nan=False).encode("utf-8")
        answer = self._send(method, path, data, "application/json", session_id)
        return json.loads(answer.decode("utf-8")) if answer else {}

    def put_file(self, path, file, session_id=None):
        """Streams a file from the disk."""
        with open(file, "rb") as content:
            self._send("PUT", path, content, "application/octet-stream", session_id)

    def _send(self, method, path, body, content_type, session_id):
        import http.client

        kept = self._http is not None
        try:
            try:
                response = self._exchange(method, path, body, content_type, session_id)
            except (ConnectionError, http.client.HTTPException):
                # A kept connection may have been closed by the other side meanwhile; a new one tells.
                self.close()
                if not kept:
                    raise
                if hasattr(body, "seek"):
                    body.seek(0)
                response = self._exchange(method, path, body, content_type, session_id)
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Away(str(error)) from error
        # 401 and 403: another server on our old port, or a token that was renewed; ours may still come back.
        if response.status in (401, 403, 408, 425, 429) or response.status >= 500:
            self.close()
            raise Away("%d" % response.status)
        if response.status >= 400:
            raise Refused(response.status, answer)
        return answer

    def _exchange(self, method, path, body, content_type, session_id):
        http = self._connect()
        headers = {"Content-Type": content_type}
        if self._address.token:
            session = session_id or self._address.session_id
            headers["Authorization"] = "Bearer %s.%s" % (self._address.token, session)
        if body is not None:
            headers["Content-Length"] = str(_size(body))
        http.request(method, self._to.path + path, body=body, headers=headers)
        return http.getresponse()

    def _connect(self):
        import http.client

        to = urlsplit(self._address.url)
        if self._http is None or self._to != to:
            self.close()
            if not to.hostname:
                raise OSError("no address")
            kind = http.client.HTTPSConnection if to.scheme == "https" else http.client.HTTPConnection
            self._http = kind(to.hostname, to.port, timeout=self._timeout)
            self._to = to
        return self._http

    def close(self):
        if self._http is not None:
            self._http.close()
            self._http = None


def _nearest_data_folder():
    """The project's own, as every command of ours finds it: `.stepladder` here or in a folder above."""
    folder = os.getcwd()
    while True:
        data = os.path.join(folder, ".stepladder")
        if os.path.isdir(data):
            return data
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _size(body):
    return len(body) if isinstance(body, bytes) else os.fstat(body.fileno()).st_size


def path_of(*segments):
    return "/" + "/".join(quote(segment, safe="/") for segment in segments)
