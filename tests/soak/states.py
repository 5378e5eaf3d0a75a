"""The states in which a client's connection may be when a fault comes. Each brings a new connection into its state and
hands it over; nothing is read or sent by itself afterwards."""

import select

from raw_client import RawClient, extended, message, query, startup_packet

# More than any buffer on the way holds: the server must wait for a reader.
LARGE = "SELECT g, repeat('x', 1000) FROM generate_series(1, 50000) AS g"
LOCKED_ROLE = "locked"  # asks for a password
HALF_A_CLIENT_HELLO = bytes.fromhex("160301020001000101fc0303")


def before_startup(client, _name):
    """Connected, over TLS if so asked, and silent."""


def in_startup(client, name):
    client.send(startup_packet(user="postgres", application_name=name)[:11])


def in_tls_handshake(client, _name):
    """Where the proxy has a certificate."""
    client.ask_for_tls()
    client.send(HALF_A_CLIENT_HELLO)


def in_authentication(client, name):
    client.send(startup_packet(user=LOCKED_ROLE, database="postgres", application_name=name))
    kind, _ = client.read_message()
    assert kind == b"R", kind


def idle(client, name):
    client.log_in(application=name)


def in_transaction(client, name):
    client.log_in(application=name)
    client.ask("BEGIN; SELECT pg_advisory_xact_lock_shared(4711)")


def in_failed_transaction(client, name):
    client.log_in(application=name)
    client.ask("BEGIN")
    client.ask("SELECT 1/0")


def in_statement(client, name):
    client.log_in(application=name)
    client.send(query("SELECT pg_sleep(600)"))


def cancelled(client, name):
    """What the server said to it is on its way, or unread."""
    in_statement(client, name)
    while not select.select([client.socket], [], [], 0.05)[0]:  # it may come before the statement
        client.cancel()


def in_result(client, name):
    client.log_in(application=name)
    client.send(query(LARGE))
    for _ in range(100):
        client.read_message()


def in_copy_in(client, name):
    client.log_in(application=name)
    client.ask("CREATE TEMPORARY TABLE copied (line text)")
    client.send(query("COPY copied FROM STDIN"))
    client.until(b"G")
    client.send(message(b"d", b"one line\n") * 100)


def in_copy_out(client, name):
    client.log_in(application=name)
    client.send(query(f"COPY ({LARGE}) TO STDOUT"))
    client.until(b"H")
    for _ in range(100):
        client.read_message()


def in_pipeline(client, name):
    client.log_in(application=name)
    client.send(extended("SELECT 1") + extended("SELECT pg_sleep(600)") + extended("SELECT 2") + message(b"H"))


def in_listen(client, name):
    client.log_in(application=name)
    client.ask("LISTEN nothing_comes")


def in_copy_both(client, name):
    """The server is a walsender, and sends its log as it is written, or nothing."""
    client.log_in(application=name, replication="true")
    (_, _, position, _), = client.rows("IDENTIFY_SYSTEM")
    client.send(query(f"START_REPLICATION {position}"))
    client.until(b"W")


STATES = {state.__name__: state for state in (
    before_startup, in_startup, in_tls_handshake, in_authentication, idle, in_transaction, in_failed_transaction,
    in_statement, cancelled, in_result, in_copy_in, in_copy_out, in_pipeline, in_listen, in_copy_both)}
WITHOUT_SERVER = {"before_startup", "in_startup", "in_tls_handshake"}
WITH_SERVER = [state for state in STATES if state not in WITHOUT_SERVER]
LOGGED_IN = [state for state in WITH_SERVER if state != "in_authentication"]
WAITS_FOR_READER = {"in_result", "in_copy_out"}  # the server, and megabytes are on their way
# Here the server computes or waits by itself, and looks for its client only now and then: so often.
SLEEPS, SERVER_LOOKS_MS = {"in_statement", "in_pipeline"}, 100  # client_connection_check_interval


def comparable(state, messages):
    """Those that come in each run: others tell of the log, which all sessions write."""
    return [one for one in messages if state != "in_copy_both" or one[0] != b"d"]


def stand(state, host, port, options="", tls=False):
    """`options` are the server's, as libpq's PGOPTIONS. `tls`: encrypted before anything else."""
    client = RawClient(host, port, options, tls and state != "in_tls_handshake")
    STATES[state](client, state)
    return client
