"""Media: commands about photos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from botops.cli.completing import skus
from botops.cli.context import table
from botops.cli.options import Group, paged, pass_call

if TYPE_CHECKING:
    from botops.cli.context import Call
    from botops.media.views import MediaView

EXIT_REFUSED = 4


@click.group(cls=Group)
def media() -> None:
    """Look at photos, add some, look at the inbox again."""


@media.command("list")
@click.option("--status", help="uploading, processing, ready or failed.")
@click.option("-q", "text", default="", help="Words in the name or the reason.")
@paged
@pass_call
def list_media(
    call: Call, *, status: str | None, text: str, limit: int, cursor: str | None
) -> None:
    """List photos, the newest first."""
    from botops.media.library import MediaQuery

    query = MediaQuery(status=status, text=text, limit=limit, cursor=cursor)
    with call.parts() as parts:
        page = parts.media.page(query)
    document = {
        "media": [each.document() for each in page.items],
        "count": len(page.items),
        "total": page.total,
        "next_cursor": page.next_cursor,
    }
    call.show(document, lambda: _media_table(page.items))


@media.command()
@click.argument("media_id", metavar="ID")
@pass_call
def show(call: Call, media_id: str) -> None:
    """Show a photo."""
    with call.parts() as parts:
        found = parts.media.show(media_id)
    call.show({"media": found.document()}, lambda: _media_text(found))


@media.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--wait", is_flag=True, help="Until it is ready or refused.")
@pass_call
def add(call: Call, file: Path, *, wait: bool) -> int:
    """Add a photo; the file itself stays where it is."""
    with call.parts() as parts:
        found, job_id = parts.media.add(file)
        if wait and job_id is not None:
            from botops.cli.waiting import wait_for_job

            wait_for_job(call, parts, job_id=job_id)
            found = parts.media.show(found.id)
    call.show({"media": found.document()}, lambda: _media_text(found))
    return EXIT_REFUSED if found.status == "failed" else 0


@media.command()
@click.argument("media_id", metavar="ID")
@pass_call
def retry(call: Call, media_id: str) -> None:
    """Look at a photo anew: a refused one again, a ready one for new sizes."""
    with call.parts() as parts:
        job_id = parts.media.retry(media_id)
        found = parts.jobs.show(str(job_id))
    call.show({"job": found.document()}, lambda: f"Job {found.id} looks at it anew.")


@media.command()
@pass_call
def rescan(call: Call) -> None:
    """Look at everything in the inbox again."""
    from botops.cli.waiting import rescan_here

    with call.parts() as parts:
        taken = rescan_here(call, parts)
        if taken is None:
            found = parts.jobs.show(str(parts.media.rescan()))
            call.show({"job": found.document()}, lambda: "The running engine looks again.")
        else:
            call.show({"count": taken}, lambda: f"{taken} files taken in.")


@media.command()
@click.argument("media_id", metavar="ID")
@click.argument("sku", shell_complete=skus)
@pass_call
def link(call: Call, /, *, media_id: str, sku: str) -> None:
    """Show a product with a photo."""
    with call.parts() as parts:
        found = parts.media.show(media_id)
        product = parts.catalog.link(found.id, sku)
    call.show(
        {"product": product.document()}, lambda: f"{found.original_name} shows {product.sku}."
    )


def _media_table(found: list[MediaView]) -> str:
    rows = [
        (
            each.id,
            each.original_name,
            each.status,
            str(each.size),
            f"{each.width}×{each.height}" if each.width else "",
            each.reason or ", ".join(each.products),
        )
        for each in found
    ]
    return table(rows, ("id", "file", "status", "bytes", "pixels", ""))


def _media_text(found: MediaView) -> str:
    lines = [f"{found.original_name}  {found.status}  (id {found.id}, {found.size} bytes)"]
    if found.reason:
        lines.append(found.reason)
    lines += [
        f"{name:<10}{each.width}×{each.height}  {each.size} bytes  {each.path}"
        for name, each in found.variants.items()
    ]
    return "\n".join([*lines, *found.notes])
