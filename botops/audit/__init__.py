"""Audit: who changed what, kept so that nobody can rewrite it unseen."""

from botops.audit.trail import AuditQuery, Trail
from botops.audit.verify import Verdict
from botops.audit.views import EntryView

__all__ = ["AuditQuery", "EntryView", "Trail", "Verdict"]
