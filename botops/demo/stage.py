"""Stage: makes happen what the script says, through the services that everybody uses."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botops.demo.script import Happening, Pause, Photos, Resume, Sale, Scrap, Work
from botops.jobs import states
from botops.jobs.desk import JobQuery
from botops.jobs.ledger import JobOptions
from botops.kernel.errors import NotFound

if TYPE_CHECKING:
    from botops.demo.easel import Easel
    from botops.runtime import Runtime

log = logging.getLogger(__name__)
WHY_PAUSED = "the demo pauses it for a moment; p lets it go on"
TRY_OUT = "probe"
RESTOCKED = 24  # pieces that the supplier brings


class Stage:
    """The sample shop while it runs."""

    def __init__(self, runtime: Runtime, easel: Easel) -> None:
        self._runtime = runtime
        self._easel = easel

    def perform(self, happening: Happening) -> None:
        """Make one thing happen."""
        match happening:
            case Photos(shots):
                for shot, file in self._easel.draw(shots):
                    file.replace(self._runtime.media.inbox / shot.name)
            case Scrap(name, content):
                (self._runtime.media.inbox / name).write_bytes(content)
            case Work():
                self._add(happening)
            case Sale():
                self._sell(happening)
            case Pause(queue):
                self._pause(queue)
            case Resume(queue):
                self._resume(queue)

    def clear(self) -> None:
        """Stop the try-outs that run, so that nobody waits for them at the end."""
        running = JobQuery(kind=TRY_OUT, state=(states.RUNNING,))
        self._runtime.jobs.cancel_where(running)

    def _add(self, work: Work) -> None:
        args = {"seconds": work.seconds, "fail_times": work.fails, "value": work.about}
        options = JobOptions(queue=work.queue, about=work.about, max_attempts=work.tries)
        self._runtime.jobs.enqueue(TRY_OUT, args, options=options)

    def _sell(self, sale: Sale) -> None:
        catalog, history = self._runtime.catalog, self._runtime.history
        try:
            product = catalog.get(sale.sku)
        except NotFound:  # whoever looks at the demo has removed it, and may
            log.info("%s is no longer sold", sale.sku)
            return
        thing = {"sku": product.sku, "name": product.name}
        left = product.stock
        if left is not None:
            if left < sale.quantity:
                left += RESTOCKED
                history.publish("supplier_delivery", {**thing, "quantity": RESTOCKED})
            catalog.edit(product.sku, {"stock": left - sale.quantity})
        sold = {
            "quantity": sale.quantity,
            "totalAmount": product.price * sale.quantity,
            "currency": product.currency,
            "customer": sale.customer,
        }
        history.publish("till_sale", {**thing, **sold})

    def _pause(self, queue: str) -> None:
        if not self._is_paused(queue):
            self._runtime.jobs.pause(queue, reason=WHY_PAUSED)

    def _resume(self, queue: str) -> None:
        if self._is_paused(queue, reason=WHY_PAUSED):
            self._runtime.jobs.resume(queue)

    def _is_paused(self, queue: str, *, reason: str = "") -> bool:
        """Tell whether a queue is paused, for a certain reason if one is given."""
        return any(
            each.paused and reason in ("", each.pause_reason)
            for each in self._runtime.jobs.queues()
            if each.name == queue
        )
