"""A certificate for a few minutes, that a server and what stands before it share."""

import os
import subprocess
import tempfile
from pathlib import Path

from private_postgres import unprivileged_user


class Certificate:
    """Self-signed, for 127.0.0.1 and localhost. Readable by whom the servers run as, and by root. ECDSA: Ed25519
    certificates have no hash that SCRAM could bind a channel to."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="onetrip-certificate-")
        self.certificate = Path(self.folder.name) / "certificate.pem"
        self.key = Path(self.folder.name) / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                        "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        self.key.chmod(0o600)
        user = unprivileged_user()
        if user:
            for path in (self.folder.name, self.certificate, self.key):
                os.chown(path, user.pw_uid, user.pw_gid)
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def settings(self):
        """What PostgreSQL needs to speak TLS with it."""
        return {"ssl": "on", "ssl_cert_file": self.certificate, "ssl_key_file": self.key}
