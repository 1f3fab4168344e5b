"""Main: the door of the program; the processes that decode and draw leave by others at once."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the program; return its exit code."""
    if sys.argv[1:2] == ["--decode-worker"]:
        from botops.media.worker import main as decode

        return decode()
    if sys.argv[1:2] == ["--draw-photos"]:
        from botops.demo.studio import main as draw

        return draw()
    from botops.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
