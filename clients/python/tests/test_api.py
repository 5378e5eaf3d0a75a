"""The API's client: it never raises, and says why it gave up."""

import http.server
import socket
import threading

import pytest

from onetrip.api import Api, from_environment


class Server(http.server.BaseHTTPRequestHandler):
    """Answers {"seen": [headers…]}; `closes`: ends the connection after each answer without saying so."""

    protocol_version = "HTTP/1.1"
    closes = False

    def do_GET(self):
        body = b'{"authorization": "%s"}' % self.headers.get("Authorization", "").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.closes

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    servers = []

    def start(handler=Server, port=0):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_address[1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def closed_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_nobody_answers():
    api = Api(f"127.0.0.1:{closed_port()}")
    assert api.ask("GET", "/") is None
    assert "does not answer: ConnectionRefusedError" in api.lost


def test_once_lost_nobody_is_asked_again(serve):
    port = closed_port()
    api = Api(f"http://127.0.0.1:{port}")
    api.ask("GET", "/")
    serve(port=port)
    assert api.ask("GET", "/") is None
    assert Api(f"http://127.0.0.1:{port}").get("/") == {"authorization": ""}


def test_after_a_while_it_is_asked_again(serve):
    port = closed_port()
    api = Api(f"http://127.0.0.1:{port}", retry_s=0)
    assert api.ask("GET", "/") is None
    serve(port=port)
    assert api.get("/") == {"authorization": ""}
    assert not api.lost


def test_a_kept_connection_that_was_closed_meanwhile(serve):
    api = Api(f"127.0.0.1:{serve(type('Closing', (Server,), {'closes': True}))}")
    for _ in range(3):
        assert api.get("/") is not None


@pytest.mark.parametrize("address", ["https://127.0.0.1:1", "ftp://x", "http://127.0.0.1:port", "http://[::1"])
def test_an_address_that_makes_no_sense(address):
    api = Api(address)
    assert api.ask("GET", "/") is None
    assert api.lost


def test_what_is_no_json_is_no_answer(serve):
    class Page(Server):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"<p/>")

    api = Api(f"127.0.0.1:{serve(Page)}")
    assert api.ask("GET", "/") is None
    assert "JSONDecodeError" in api.lost


def test_a_token_is_shown(serve, tmp_path, monkeypatch):
    (tmp_path / "token").write_text("secret\n")
    monkeypatch.setenv("ONETRIP_API", f"http://127.0.0.1:{serve()}")
    monkeypatch.setenv("ONETRIP_ADMIN__TOKEN_FILE", str(tmp_path / "token"))
    assert from_environment().get("/") == {"authorization": "Bearer secret"}


def test_a_token_that_cannot_be_read_is_no_fault_of_a_test(serve, monkeypatch):
    monkeypatch.setenv("ONETRIP_API", f"http://127.0.0.1:{serve()}")
    monkeypatch.setenv("ONETRIP_ADMIN__TOKEN_FILE", "/nowhere/token")
    api = from_environment()
    assert api.get("/") is None
    assert "FileNotFoundError" in api.lost


def test_without_an_address_there_is_no_api(monkeypatch):
    monkeypatch.delenv("ONETRIP_API", raising=False)
    assert from_environment() is None
