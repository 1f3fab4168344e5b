"""States: the words of the ledger."""

from __future__ import annotations

from typing import Final

SCHEDULED: Final = "scheduled"
AVAILABLE: Final = "available"
RUNNING: Final = "running"
RETRYABLE: Final = "retryable"
COMPLETED: Final = "completed"
DISCARDED: Final = "discarded"
CANCELLED: Final = "cancelled"

WAITING: Final = (SCHEDULED, AVAILABLE, RETRYABLE)
ENDED: Final = (COMPLETED, DISCARDED, CANCELLED)
STATES: Final = (SCHEDULED, AVAILABLE, RUNNING, RETRYABLE, *ENDED)

MEDIA_PROCESSING: Final = "media_processing"
MESSAGE_SENDING: Final = "message_sending"
ORDER_PROCESSING: Final = "order_processing"
WEBHOOK_DELIVERY: Final = "webhook_delivery"
QUEUES: Final = (MEDIA_PROCESSING, MESSAGE_SENDING, ORDER_PROCESSING, WEBHOOK_DELIVERY)
