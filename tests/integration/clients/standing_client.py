"""A client that comes into a state (argument 1) of its connection to HOST PORT (2, 3), over TLS if there is a "tls"
(4), says "standing" and the process ID of its server session, and stays there to be killed."""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "soak"))

from states import stand  # noqa: E402

client = stand(sys.argv[1], sys.argv[2], int(sys.argv[3]), tls="tls" in sys.argv[4:])
print("standing", client.pid, flush=True)
signal.pause()
