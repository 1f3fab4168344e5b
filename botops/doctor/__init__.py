"""Doctor: looks over everything that BotOps needs here, and says what is not as it should be."""

from botops.doctor.examination import examine
from botops.doctor.findings import Finding

__all__ = ["Finding", "examine"]
