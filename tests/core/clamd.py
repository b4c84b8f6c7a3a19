"""A virus scanner for tests: speaks clamd's INSTREAM over TCP, finds EICAR, and misbehaves when asked to."""

import socketserver
import struct
import threading
import time
from contextlib import contextmanager
from typing import Any

# The harmless string by which scanners are tried, in two parts so that no scanner finds it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

Server = socketserver.ThreadingTCPServer


class _Conversation(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        if self.server.silent_for:
            time.sleep(self.server.silent_for)
            return
        assert self.rfile.readline() == b"nINSTREAM\n"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
            if len(content) > self.server.most_bytes:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\n")
                return
        self.server.scanned.append(content)
        verdict = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(self.server.says or b"stream: " + verdict + b"\n")


@contextmanager
def clamd(settings: Any, *, port: int = 0, most_bytes: int = 25_000_000, silent_for: float = 0, says: bytes = b""):
    """Run a scanner and let the settings point at it. `scanned` on what it gives holds every file that it saw."""
    Server.allow_reuse_address = True
    server: Any = Server(("127.0.0.1", port), _Conversation)
    server.daemon_threads, server.scanned = True, []
    server.most_bytes, server.silent_for, server.says = most_bytes, silent_for, says
    settings.CLAMD_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def unused_port() -> int:
    """Give a port at which nothing listens."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Conversation) as server:
        return server.server_address[1]
