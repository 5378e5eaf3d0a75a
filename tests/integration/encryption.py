"""What the tests of TLS share: certificates made by openssl, and a forwarder that is not ours, to show what happens
without our care."""

import os
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
from pathlib import Path

import harness  # noqa: F401 - finds scripts/lib and tests/soak
from private_postgres import unprivileged_user
from raw_client import SSL_REQUEST, unverified_context

GSSENC_REQUEST = struct.pack(">II", 8, 80877104)
PLUS = b"SCRAM-SHA-256-PLUS\0"


class Certificates:
    """A folder of PEM files; an authority `ca`, and what it signed. The server's user may read them."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="onetrip-certificates-"))
        self.folder.chmod(0o755)
        self.make_authority("ca")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def __getitem__(self, name):
        return str(self.folder / name)

    def make_authority(self, name):
        self.openssl("req", "-x509", *self.new_key(name), "-subj", f"/CN={name}", "-out", self[f"{name}.crt"])

    def issue(self, name, common_name, names="", authority="ca", owner=None):
        """`name`.crt and `name`.key. `owner`: a user who must own the key, as the server demands."""
        extension = ["-addext", f"subjectAltName={names}"] if names else []
        self.openssl("req", "-x509", *self.new_key(name), "-subj", f"/CN={common_name}", *extension,
                     "-addext", "basicConstraints=critical,CA:FALSE", "-CA", self[f"{authority}.crt"],
                     "-CAkey", self[f"{authority}.key"], "-out", self[f"{name}.crt"])
        if owner:
            os.chown(self[f"{name}.key"], owner.pw_uid, owner.pw_gid)

    def request(self, name, common_name, *extensions, owner=None):
        """`name`.csr and `name`.key, to be signed."""
        added = [word for extension in extensions for word in ("-addext", extension)]
        self.openssl("req", *self.new_key(name), "-subj", f"/CN={common_name}", *added, "-out", self[f"{name}.csr"])
        if owner:
            os.chown(self[f"{name}.key"], owner.pw_uid, owner.pw_gid)

    def sign(self, name, begin, end, authority="ca"):
        """`name`.crt of `name`.csr, good between two times as in "20200101000000Z"; `authority` may be itself."""
        key = ["-keyfile", self[f"{authority}.key"]]
        signer = ["-selfsign", *key] if authority == name else ["-cert", self[f"{authority}.crt"], *key]
        self.openssl("ca", "-batch", "-config", self.books(name), *signer, "-startdate", begin, "-enddate", end,
                     "-in", self[f"{name}.csr"], "-out", self[f"{name}.crt"])

    def revoke(self, name, *revoked, authority="ca"):
        """`name`.crl, the list of what `authority` has revoked: these."""
        command = ["ca", "-config", self.books(name), "-keyfile", self[f"{authority}.key"],
                   "-cert", self[f"{authority}.crt"]]
        for one in revoked:
            self.openssl(*command, "-revoke", self[f"{one}.crt"])
        self.openssl(*command, "-gencrl", "-out", self[f"{name}.crl"])

    def books(self, name):
        """A configuration for `openssl ca` with empty books."""
        index, settings = self.folder / f"{name}.index", self.folder / f"{name}.cnf"
        index.write_text("")
        settings.write_text(f"[ca]\ndefault_ca = only\n[only]\ndatabase = {index}\nnew_certs_dir = {self.folder}\n"
                            "default_md = sha256\ndefault_crl_days = 2\nrand_serial = yes\npolicy = any\n"
                            "copy_extensions = copy\n[any]\ncommonName = supplied\n")
        return str(settings)

    def new_key(self, name):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-keyout", self[f"{name}.key"]]

    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments}\n{done.stdout}")

    def server_settings(self, name):
        """A PostgreSQL's, with that identity and `ca`."""
        return {"ssl": "on", "ssl_cert_file": self[f"{name}.crt"], "ssl_key_file": self[f"{name}.key"],
                "ssl_ca_file": self["ca.crt"]}

    def issue_for_server(self, name, common_name, names=""):
        self.issue(name, common_name, names, owner=unprivileged_user())


def receive(connection, size):
    got = b""
    while len(got) < size:
        piece = connection.recv(size - len(got))
        if not piece:
            raise EOFError(got)
        got += piece
    return got


class Listener:
    """Serves each connection in a thread of its own; a `with` block long."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_quietly, args=(connection,), daemon=True).start()

    def serve_quietly(self, connection):
        connection.settimeout(20)
        with connection:
            try:
                self.serve(connection)
            except (OSError, EOFError):
                pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


class OtherServer(Listener):
    """Answers an SSLRequest with given bytes and keeps what comes behind."""

    def __init__(self, answer):
        self.answer, self.heard, self.asked = answer, b"", 0
        super().__init__()

    def serve(self, connection):
        if receive(connection, 8) != SSL_REQUEST:
            return
        self.asked += 1
        connection.sendall(self.answer)
        connection.shutdown(socket.SHUT_WR)
        while piece := connection.recv(4096):
            self.heard += piece


class OtherForwarder(Listener):
    """Speaks TLS with the server, and with clients if it has an identity; forwards the offer as it is, or without
    channel binding: both ways to do it wrong."""

    def __init__(self, server_port, identity=None, removes_plus=False):
        self.server_port, self.removes_plus, self.context = server_port, removes_plus, None
        if identity:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*identity)
        super().__init__()

    def serve(self, client):
        if self.context:
            receive(client, 8)
            client.sendall(b"S")
            client = self.context.wrap_socket(client, server_side=True)
        plain = socket.create_connection(("127.0.0.1", self.server_port), 20)
        plain.sendall(SSL_REQUEST)
        receive(plain, 1)
        with unverified_context().wrap_socket(plain) as server, client:
            # Until its login is over, a client and a server take turns.
            server.sendall(client.recv(65536))
            offer = server.recv(65536)
            if self.removes_plus and PLUS in offer:
                offer = offer.replace(PLUS, b"").replace(struct.pack(">I", len(offer) - 1),
                                                         struct.pack(">I", len(offer) - 1 - len(PLUS)), 1)
            client.sendall(offer)
            while piece := client.recv(65536):
                server.sendall(piece)
                client.sendall(server.recv(65536))
