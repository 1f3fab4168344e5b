"""Models: the trail, for reading; entries are written by triggers, and by SQL of the same make."""

from __future__ import annotations

from peewee import AutoField, TextField

from botops.store import Table


class AuditEntry(Table):
    """One change; `created_at` is ISO text, the states are JSON text."""

    id = AutoField()
    created_at = TextField()
    merchant_id = TextField(null=True)
    actor = TextField()
    actor_role = TextField()
    action = TextField()
    target_type = TextField()
    target_id = TextField(null=True)
    before_state = TextField(null=True)
    after_state = TextField(null=True)
    ip_address = TextField(null=True)
    user_agent = TextField(null=True)
    fingerprint = TextField()

    class Meta:
        """Named as in the contract."""

        table_name = "audit_logs"
