"""Models: pictures, and where they came from."""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, CharField, IntegerField, TextField

from botops.store import JsonField, TenantTable, UtcField


class MediaFile(TenantTable):
    """A content; `metadata` holds variants, notes and format."""

    id = AutoField()
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
    metadata = JsonField(default=dict)
    created_at = UtcField()
    updated_at = UtcField()
    expires_at = UtcField(null=True)
    deleted_at = UtcField(null=True)

    class Meta:
        """Named as in the contract."""

        table_name = "media_files"


class MediaSource(TenantTable):
    """A file that was taken in, by the path at which it lay."""

    id = AutoField()
    media_id = IntegerField()
    path = TextField()
    device = TextField()
    inode = TextField()
    size = BigIntegerField()
    mtime_ns = BigIntegerField()
    outcome = CharField(max_length=16)
    seen_at = UtcField()

    class Meta:
        """Named beside `media_files`."""

        table_name = "media_sources"
