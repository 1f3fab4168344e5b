"""Terminal: the driver that lets the program end when its terminal is gone."""

import sys
from queue import Full

from textual import constants
from textual.driver import Driver

PATIENCE = 0.1  # seconds between two looks at whether somebody still writes


def lasting_driver() -> type[Driver] | None:
    """Return a driver that outlives its terminal; None leaves the choice to Textual.

    Textual writes in a thread and waits for it without a limit. A window that is closed takes the
    thread with it, at the first write or, since closing also sends SIGCONT, after a second one was
    started; 30 writes later the program would wait for ever, the engine stopped and the process
    still there.
    """
    if constants.DRIVER is not None or sys.platform == "win32":
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class LastingDriver(LinuxDriver):
        """Drops what nobody can see any more."""

        def write(self, data: str) -> None:
            """Hand text to the writer, as long as there is one."""
            writer = self._writer_thread
            while writer is not None and writer.is_alive():
                try:
                    writer._queue.put(data, timeout=PATIENCE)  # noqa: SLF001 - pinned by a test
                except Full:
                    continue
                return

        def close(self) -> None:
            """Wait for the writer, as long as there is one."""
            if self._writer_thread is not None and self._writer_thread.is_alive():
                super().close()

    return LastingDriver
