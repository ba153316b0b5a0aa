"""other_version.py - a relay to the server of PGHOST and PGPORT that tells another version.

    other_version.py PORT_FILE VERSION [WORD]

Listens on 127.0.0.1, at a port that it writes into PORT_FILE. Of what the server says, the
parameter server_version alone is rewritten. A client that sends WORD loses its connection.
Clients must ask for neither TLS nor GSSAPI.
"""
import os
import signal
import socket
import struct
import sys
import threading

LIFETIME_S = 120  # it must not outlive its test


def read(stream, n):
    data = stream.read(n)
    if len(data) != n:
        raise EOFError
    return data


def answers(server, client, version):
    """The server's messages, until it waits for the first statement; then whatever comes."""
    stream, kind = server.makefile("rb"), b""
    while kind != b"Z":
        kind = read(stream, 1)
        body = read(stream, struct.unpack("!I", read(stream, 4))[0] - 4)
        if kind == b"S" and body.startswith(b"server_version\0"):
            body = b"server_version\0" + version.encode() + b"\0"
        client.sendall(kind + struct.pack("!I", len(body) + 4) + body)
    while data := stream.read1(65536):
        client.sendall(data)


def questions(client, server, word):
    while data := client.recv(65536):
        if word and word in data:
            return
        server.sendall(data)


def until_the_end(work, one, other, what):
    try:
        work(one, other, what)
    except (EOFError, OSError):
        pass
    for end in (one, other):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    port_file, version = sys.argv[1:3]
    word = sys.argv[3].encode() if len(sys.argv) > 3 else b""
    path = f"{os.environ['PGHOST']}/.s.PGSQL.{os.environ['PGPORT']}"
    signal.alarm(LIFETIME_S)
    listener = socket.create_server(("127.0.0.1", 0))
    with open(port_file + ".new", "w", encoding="ascii") as file:
        file.write(str(listener.getsockname()[1]))
    os.rename(port_file + ".new", port_file)
    while True:
        client = listener.accept()[0]
        server = socket.socket(socket.AF_UNIX)
        server.connect(path)
        for arguments in ((answers, server, client, version), (questions, client, server, word)):
            threading.Thread(target=until_the_end, args=arguments, daemon=True).start()


main()
