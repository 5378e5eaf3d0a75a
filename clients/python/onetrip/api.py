"""The proxy's HTTP API."""

import json
import os
import threading
import time
from typing import Any, NamedTuple, Optional
from urllib.parse import quote, urlsplit

PATIENCE_S = 15.0  # closing a window waits for a catalog that is being read
DEFAULT_PORT = 9188


class Answer(NamedTuple):
    status: int
    body: Any


class Api:
    """Asks one question after the other, on a connection that is kept. Never raises: from the first question that
    nobody answers on, `lost` says why, and all answers are None; with `retry_s`, for so many seconds. Any thread; a
    forked process gets a connection of its own."""

    def __init__(self, address: str, token_file: str = "", retry_s: Optional[float] = None):
        self.address = (address if "://" in address else "http://" + address).rstrip("/")
        self.lost = ""
        self._token_file = token_file
        self._retry_s = retry_s
        self._lost_at = 0.0
        self._lock = threading.Lock()
        self._connection: Any = None  # an HTTPConnection, whose module is loaded when somebody is there to ask
        self._headers: dict = {}
        self._process = 0

    def ask(self, method: str, path: str, body: Any = None) -> Optional[Answer]:
        with self._lock:
            if self._gave_up():
                return None
            try:
                return self._ask(method, path, body)
            except Exception as error:  # whatever it is, it is no fault of the test that runs
                self._connection = None
                self.lost = f"{self.address} does not answer: {type(error).__name__}: {error}"
                self._lost_at = time.monotonic()
                return None

    def get(self, path: str) -> Any:
        """The body, if there is such a thing."""
        answer = self.ask("GET", path)
        return answer.body if answer and answer.status == 200 else None

    def flush(self) -> None:
        """Returns when everything that was sent so far is analysed."""
        self.ask("POST", "/api/v1/flush")

    def window(self, id_or_trace: str) -> Any:
        body = self.get("/api/v1/windows/" + quote(id_or_trace, safe=""))
        return body and body["window"]

    def windows(self, name: str) -> list:
        body = self.get("/api/v1/windows?name=" + quote(name, safe=""))
        return body["windows"] if body else []

    def findings(self, window: str) -> list:
        body = self.get("/api/v1/findings?window=" + quote(window, safe=""))
        return body["findings"] if body else []

    def _gave_up(self) -> bool:
        if not self.lost:
            return False
        if self._retry_s is None or time.monotonic() - self._lost_at < self._retry_s:
            return True
        self.lost = ""
        return False

    def _ask(self, method: str, path: str, body: Any) -> Answer:
        from http.client import HTTPException

        if self._connection is not None and self._process == os.getpid():
            try:
                return self._send(self._connection, method, path, body)
            except (HTTPException, ConnectionError):
                pass  # it was kept, and may have been closed meanwhile
        self._connection, self._process = self._connect(), os.getpid()
        return self._send(self._connection, method, path, body)

    def _send(self, connection: Any, method: str, path: str, body: Any) -> Answer:
        if body is None:
            connection.request(method, path, headers=self._headers)
        else:
            headers = dict(self._headers, **{"Content-Type": "application/json"})
            connection.request(method, path, json.dumps(body), headers)
        response = connection.getresponse()
        return Answer(response.status, json.loads(response.read()))

    def _connect(self) -> Any:
        from http.client import HTTPConnection

        parts = urlsplit(self.address)
        if parts.scheme != "http":
            raise ValueError("only http:// is understood")
        if self._token_file:
            with open(self._token_file) as file:
                self._headers = {"Authorization": "Bearer " + file.read().strip()}
        return HTTPConnection(parts.hostname or "127.0.0.1", parts.port or DEFAULT_PORT, timeout=PATIENCE_S)


def from_environment(address: str = "", retry_s: Optional[float] = None) -> Optional[Api]:
    """The API at `address`, else at ONETRIP_API; None where neither says one. Where the proxy wants a token, the file
    that holds it is named as for the proxy itself: ONETRIP_ADMIN__TOKEN_FILE."""
    address = address or os.environ.get("ONETRIP_API", "")
    if not address:
        return None
    return Api(address, os.environ.get("ONETRIP_ADMIN__TOKEN_FILE", ""), retry_s)
