"""Audit: who changed what, kept so that nobody can rewrite it unseen."""

from botops.audit.scroll import Scroll
from botops.audit.search import AuditQuery
from botops.audit.trail import Trail
from botops.audit.verify import Verdict
from botops.audit.views import EntryView

__all__ = ["AuditQuery", "EntryView", "Scroll", "Trail", "Verdict"]
