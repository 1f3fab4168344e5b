"""House: shops, products, pictures, jobs, events and the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import (
    SQL,
    AutoField,
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    DateTimeField,
    DoubleField,
    IntegerField,
    JSONField,
    Model,
    Node,
    SqliteDatabase,
    TextField,
)

if TYPE_CHECKING:
    from peewee import Database


def _references(table: str, on_delete: str = "RESTRICT") -> list[Node]:
    return [SQL(f"REFERENCES {table} (id) ON DELETE {on_delete}")]


# Plain integer keys stand where a model of another feature is meant; what they point to is
# said here, in SQL, where the database checks it.
INDEXES = (
    "CREATE UNIQUE INDEX products_sku ON products (merchant_id, sku_key) WHERE deleted_at IS NULL",
    "CREATE UNIQUE INDEX product_media_media ON product_media (product_id, media_id)",
    "CREATE UNIQUE INDEX product_media_sequence ON product_media (product_id, sequence)",
    "CREATE INDEX product_media_by_media ON product_media (media_id)",
    "CREATE UNIQUE INDEX picture_offers_once ON picture_offers (media_id, source, sku_key)",
    "CREATE INDEX picture_offers_sku ON picture_offers (merchant_id, sku_key)",
    "CREATE UNIQUE INDEX media_files_hash ON media_files (hash, merchant_id)",
    "CREATE INDEX media_files_status ON media_files (merchant_id, deleted_at, status, id)",
    "CREATE INDEX media_files_newest ON media_files (merchant_id, deleted_at, id)",
    "CREATE INDEX media_files_name ON media_files (merchant_id, name_key, version)",
    "CREATE UNIQUE INDEX media_sources_path ON media_sources (merchant_id, path)",
    "CREATE INDEX media_sources_media ON media_sources (media_id)",
    "CREATE UNIQUE INDEX events_id ON events (id)",
    "CREATE INDEX events_type ON events (type, seq)",
    # Keys that may make a job wait are in it, so that passing over many costs little.
    (
        "CREATE INDEX jobs_ready ON jobs (queue, priority DESC, id, gate_key, concurrency_key) "
        "WHERE state = 'available'"
    ),
    "CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('scheduled', 'retryable')",
    # Without the states of most jobs: each page that a commit writes costs time.
    (
        "CREATE INDEX jobs_state ON jobs (state, id) WHERE state = 'scheduled' "
        "OR state = 'running' OR state = 'retryable' OR state = 'discarded' OR state = 'cancelled'"
    ),
    "CREATE INDEX jobs_finished ON jobs (finished_at, state, queue) WHERE finished_at IS NOT NULL",
    (
        "CREATE UNIQUE INDEX jobs_unique_key ON jobs (unique_key) WHERE unique_key IS NOT NULL "
        "AND state IN ('scheduled', 'available', 'running', 'retryable')"
    ),
    (
        "CREATE UNIQUE INDEX jobs_concurrency_key ON jobs (concurrency_key) "
        "WHERE concurrency_key IS NOT NULL AND state = 'running'"
    ),
    (
        "CREATE UNIQUE INDEX jobs_idempotency_key ON jobs (idempotency_key) "
        "WHERE idempotency_key IS NOT NULL"
    ),
    "CREATE INDEX job_attempts_job ON job_attempts (job_id)",
)


class Merchants(Model):
    """Shops."""

    id = CharField(primary_key=True, max_length=64)
    name = TextField()
    created_at = DateTimeField()
    updated_at = DateTimeField()
    deleted_at = DateTimeField(null=True)


class Products(Model):
    """What a shop sells."""

    merchant_id = CharField(max_length=64, constraints=_references("merchants"))
    sku = TextField()
    sku_key = TextField()
    name = TextField()
    description = TextField(default="")
    price = BigIntegerField()
    currency = CharField(max_length=3)
    stock = IntegerField(null=True)
    category = TextField(default="")
    search_text = TextField(default="")
    active = BooleanField(default=True)
    created_at = DateTimeField()
    updated_at = DateTimeField()
    deleted_at = DateTimeField(null=True)


class ProductMedia(Model):
    """Which pictures show a product, in which order."""

    merchant_id = CharField(max_length=64)
    product_id = IntegerField(constraints=_references("products", "CASCADE"))
    media_id = IntegerField(constraints=_references("media_files", "CASCADE"))
    sequence = IntegerField()
    is_primary = BooleanField(default=False)
    is_hidden = BooleanField(default=False)


class PictureOffers(Model):
    """Pictures whose names name a product, whether it is there yet or not."""

    merchant_id = CharField(max_length=64)
    media_id = IntegerField(constraints=_references("media_files", "CASCADE"))
    source = TextField(default="")
    sku_key = TextField()
    sequence = IntegerField(null=True)
    is_primary = BooleanField(default=False)
    is_hidden = BooleanField(default=False)


class MediaFiles(Model):
    """Pictures, one row for each content."""

    merchant_id = CharField(max_length=64, constraints=_references("merchants"))
    hash = CharField(max_length=64)
    original_name = TextField()
    name_key = TextField()
    file_name = TextField()
    mime_type = TextField(null=True)
    size = BigIntegerField()
    width = IntegerField(null=True)
    height = IntegerField(null=True)
    version = IntegerField(default=1)
    storage_path = TextField(null=True)
    status = CharField(max_length=16)
    code = CharField(max_length=32, null=True)
    reason = TextField(null=True)
    metadata = JSONField(default=dict)
    created_at = DateTimeField()
    updated_at = DateTimeField()
    expires_at = DateTimeField(null=True)
    deleted_at = DateTimeField(null=True)


class MediaSources(Model):
    """Where pictures came from: each path that was taken in, and what became of it."""

    merchant_id = CharField(max_length=64)
    media_id = IntegerField(constraints=_references("media_files", "CASCADE"))
    path = TextField()
    device = TextField()
    inode = TextField()
    size = BigIntegerField()
    mtime_ns = BigIntegerField()
    outcome = CharField(max_length=16)
    seen_at = DateTimeField()


class AuditLogs(Model):
    """The trail."""

    # Numbers without a gap that are never used again: a missing entry shows.
    id = AutoField(constraints=[SQL("AUTOINCREMENT")])
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
    fingerprint = CharField(max_length=64)


class Events(Model):
    """The history of public events."""

    seq = BigAutoField()
    id = CharField(max_length=40)
    type = TextField()
    timestamp = DoubleField()
    merchant_id = CharField(max_length=64)
    data = JSONField()


class Jobs(Model):
    """The ledger of work, which is also the queue; times are epoch seconds."""

    id = BigAutoField()
    merchant_id = CharField(max_length=64)
    queue = TextField()
    kind = TextField()
    args = JSONField()
    about = TextField(default="")
    state = CharField(max_length=16)
    priority = IntegerField(default=0)
    run_at = DoubleField()
    attempt = IntegerField(default=0)
    max_attempts = IntegerField()
    unique_key = TextField(null=True)
    idempotency_key = TextField(null=True)
    concurrency_key = TextField(null=True)
    gate_key = TextField(null=True)
    rate_key = TextField(null=True)
    reserved = BooleanField(default=False)
    lease_token = TextField(null=True)
    lease_until = DoubleField(null=True)
    worker = TextField(null=True)
    rescue_count = IntegerField(default=0)
    cancel_requested = BooleanField(default=False)
    progress = JSONField(null=True)
    created_at = DoubleField()
    started_at = DoubleField(null=True)
    finished_at = DoubleField(null=True)
    error = TextField(null=True)
    result = JSONField(null=True)


class JobAttempts(Model):
    """Each attempt that did not complete its job, with its error."""

    job_id = BigIntegerField(constraints=_references("jobs", "CASCADE"))
    attempt = IntegerField()
    started_at = DoubleField()
    finished_at = DoubleField()
    error = TextField()


class Queues(Model):
    """What a person has set about a queue."""

    name = CharField(primary_key=True, max_length=64)
    paused = BooleanField(default=False)
    pause_reason = TextField(default="")


class QueueStats(Model):
    """How many jobs of a queue are in which state, kept by triggers."""

    queue = CharField(max_length=64)
    state = CharField(max_length=16)
    count = BigIntegerField(default=0)

    class Meta:
        """One row a queue and state."""

        primary_key = CompositeKey("queue", "state")


class QueueHours(Model):
    """How many jobs of a queue ended in an hour, kept by triggers."""

    queue = CharField(max_length=64)
    hour = BigIntegerField()
    state = CharField(max_length=16)
    count = BigIntegerField(default=0)

    class Meta:
        """One row a queue, hour (epoch hours) and final state."""

        primary_key = CompositeKey("queue", "hour", "state")


class CalendarMoments(Model):
    """When each kind of recurring job comes next."""

    kind = CharField(primary_key=True, max_length=64)
    moment = DoubleField()


class Rates(Model):
    """When a rate-limited key is free again: GCRA's theoretical arrival time."""

    key = CharField(primary_key=True, max_length=200)
    arrival = DoubleField()


class Probe(Model):
    """What probe jobs wrote."""

    job_id = BigIntegerField()
    value = JSONField(null=True)


TABLES = (
    Merchants, Products, ProductMedia, PictureOffers, MediaFiles, MediaSources, AuditLogs, Events,
    Jobs, JobAttempts, Queues, QueueStats, QueueHours, Rates, CalendarMoments, Probe,
)  # fmt: skip


def up(_migrator: object, db: Database) -> None:
    """Make the tables and their indexes."""
    if isinstance(db, SqliteDatabase):  # it alone gives the key of a removed row to a new one
        Jobs.id.constraints = [SQL("AUTOINCREMENT")]
    with db.bind_ctx(TABLES):
        for model in TABLES:
            model._meta.set_table_name(_snake(model.__name__))
        db.create_tables(TABLES, safe=False)
    for statement in INDEXES:
        db.execute_sql(statement)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip(
        "_"
    )
