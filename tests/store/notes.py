"""Notes: a small database of these tests, and what is done with it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from peewee import TextField

from botops.store import Store, Table

LONG = 20  # seconds after which a test that waits has failed


class Stop(Exception):
    """Something goes wrong inside a transaction."""


class Note(Table):
    """A row of these tests."""

    text = TextField(unique=True)


def opened(file: Path, *, max_pages: int | None = None) -> Iterator[Store]:
    """A store of its own, to which `Note` is bound."""
    store = Store()
    store.open(file, max_pages=max_pages)
    with Note.bind_ctx(store.proxy):
        with store.write():
            store.change("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT UNIQUE)")
        yield store
    store.close()


def add(store: Store, text: str) -> None:
    """Write a row."""
    store.change("INSERT INTO note (text) VALUES (?)", (text,))


def texts(store: Store) -> list[str]:
    """What the rows say, in the order in which they were written."""
    return [text for (text,) in store.execute("SELECT text FROM note ORDER BY id")]


def in_thread(work: Callable[[], object]) -> None:
    """Run something in a thread of its own, and fail with what it raises."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the test
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(LONG)
    assert not thread.is_alive()
    if raised:
        raise raised[0]
