"""Fake screen: a process that talks as Textual's web driver does, and echoes what it is told."""

import json
import os
import sys
import time


def write(kind: bytes, payload: bytes) -> None:
    """Write one packet."""
    sys.stdout.buffer.write(kind + len(payload).to_bytes(4, "big") + payload)
    sys.stdout.buffer.flush()


def main(how: str) -> None:
    """Do as one word says: echo, fail, or ignore the end."""
    if how == "fail":
        sys.exit("No engine runs on this home.")
    sys.stdout.write("__GANGLION__\n")
    write(b"D", f"pid {os.getpid()} size {os.environ['COLUMNS']}x{os.environ['ROWS']}\n".encode())
    read = sys.stdin.buffer.read
    while kind := read(1):
        payload = read(int.from_bytes(read(4), "big"))
        if kind == b"D" and payload == b"q":
            write(b"M", json.dumps({"type": "exit"}).encode())
        elif kind == b"D" and payload == b"noise":
            sys.stderr.write("x" * 1_000_000)
            write(b"M", json.dumps({"type": "open_url", "url": "http://evil.test"}).encode())
            write(b"D", b"still here\n")
        else:
            write(b"D", kind + b" " + payload + b"\n")
    while how == "deaf":
        time.sleep(1)  # the end of its input does not end it


if __name__ == "__main__":
    main(sys.argv[1])
