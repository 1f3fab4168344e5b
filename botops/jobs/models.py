"""Models: the ledger's tables, for reading; changes go through SQL of the ledger."""

from __future__ import annotations

from peewee import BigAutoField, BigIntegerField, BooleanField, DoubleField, IntegerField, TextField

from botops.store import JsonField, Table, TenantTable


class Job(TenantTable):
    """A piece of work; times are epoch seconds."""

    id = BigAutoField()
    queue = TextField()
    kind = TextField()
    args = JsonField()
    about = TextField()
    state = TextField()
    priority = IntegerField()
    run_at = DoubleField()
    attempt = IntegerField()
    max_attempts = IntegerField()
    unique_key = TextField(null=True)
    rescue_count = IntegerField()
    cancel_requested = BooleanField()
    progress = JsonField(null=True)
    created_at = DoubleField()
    started_at = DoubleField(null=True)
    finished_at = DoubleField(null=True)
    error = TextField(null=True)
    result = JsonField(null=True)

    class Meta:
        """Named as in the contract."""

        table_name = "jobs"


class JobAttempt(Table):
    """An attempt that did not complete its job."""

    job_id = BigIntegerField()
    attempt = IntegerField()
    started_at = DoubleField()
    finished_at = DoubleField()
    error = TextField()

    class Meta:
        """Named beside `jobs`."""

        table_name = "job_attempts"
