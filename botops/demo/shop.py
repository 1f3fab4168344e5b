"""Shop: Casa Flora, the engine with sample products and an afternoon behind it."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from botops.catalog import ProductQuery
from botops.demo.afternoon import DEMO, Afternoon
from botops.engine import Engine
from botops.kernel.errors import UsageProblem
from botops.store.actor import acting_as

if TYPE_CHECKING:
    from collections.abc import Iterable

    from botops.kernel.paths import Home
    from botops.runtime import Runtime

PRODUCTS = resources.files("botops.demo") / "products.csv"
CONFIG = """\
# The sample shop of `botops demo`.

[shop]
name = "Casa Flora"
currency = "PEN"
country = "PE"
language = "es"

[media]
settle_seconds = 0.3  # the photos come from this very computer, each whole at once
max_size = "5 MB"     # lower than usual, so that one photo is too large
"""


class SampleShop:
    """A shop that is full of life as soon as it is started; used as an engine is."""

    def __init__(self, home: Home, overrides: Iterable[str] = (), *, seed: int) -> None:
        """Make a shop in a new home; the same seed gives the same afternoon."""
        self._home = home
        self._engine = Engine(home, overrides)
        self._seed = seed
        self._afternoon: Afternoon | None = None

    def start(self) -> Runtime:
        """Start the engine, fill the shelves, and let the afternoon begin.

        Raises:
            BotOpsError: Something is in the way; nothing is left running.
        """
        self._home.make()
        self._home.config.write_text(CONFIG, encoding="utf-8")
        runtime = self._engine.start()
        try:
            self._open(runtime)
        except BaseException:
            self.stop()
            raise
        return runtime

    def stop(self) -> None:
        """End the afternoon, then the engine; a second time does nothing."""
        afternoon, self._afternoon = self._afternoon, None
        try:
            if afternoon is not None:
                afternoon.stop()
        finally:
            self._engine.stop()

    def _open(self, runtime: Runtime) -> None:
        if not runtime.media.inbox.is_relative_to(self._home.root):
            raise UsageProblem(
                f"The demo drops its photos into no folder of yours, {runtime.media.inbox}.",
                hint="Leave media.inbox out.",
            )
        with acting_as(DEMO), PRODUCTS.open("rb") as products:
            runtime.catalog.import_csv(products)
        skus = [product.sku for product in runtime.catalog.page(ProductQuery()).items]
        self._afternoon = Afternoon(runtime, skus, seed=self._seed)
        self._afternoon.start()
