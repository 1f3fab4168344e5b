"""Product: commands about products."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any

import click

from botops.cli.completing import skus
from botops.cli.context import table
from botops.cli.options import Group, paged, pass_call
from botops.kernel import money
from botops.kernel.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from botops.catalog import Catalog, ProductView
    from botops.cli.context import Call

PAGE = 1_000  # products that are read at once when all are wanted


@click.group(cls=Group)
def product() -> None:
    """Look at products, add some, change them; in lists, too."""


@product.command("list")
@click.option("-q", "text", default="", help="Words in SKU, name, category or description.")
@click.option("--category", help="Only this category.")
@click.option("--active/--inactive", default=None, help="Only those on sale, or only the others.")
@paged
@pass_call
def list_products(call: Call, /, **query: Any) -> None:
    """List products by SKU."""
    from botops.catalog import ProductQuery

    with call.parts() as parts:
        page, locale = parts.catalog.page(ProductQuery(**query)), parts.settings.shop.locale
    document = {
        "products": [each.document() for each in page.items],
        "count": len(page.items),
        "total": page.total,
        "next_cursor": page.next_cursor,
    }
    call.show(document, lambda: _product_table(page.items, locale))


@product.command()
@click.argument("sku", shell_complete=skus)
@pass_call
def show(call: Call, sku: str) -> None:
    """Show a product, by its SKU or its id."""
    with call.parts() as parts:
        found, locale = parts.catalog.get(sku), parts.settings.shop.locale
    call.show({"product": found.document()}, lambda: _product_text(found, locale))


def _fields(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--stock", type=click.IntRange(min=0), help="How many there are."),
        click.option("--description", help="What a customer should know."),
        click.option("--category", help="One word or two, to find it by."),
        click.option("--currency", metavar="CODE", help="As in ISO 4217.  [default: the shop's]"),
    ):
        function = option(function)
    return function


@product.command()
@click.option("--sku", required=True, help="The shop's own name for it; photos are named so.")
@click.option("--name", required=True, help="What a customer reads.")
@click.option("--price", required=True, metavar="AMOUNT", help="Such as 25.00.")
@_fields
@click.option("--inactive", is_flag=True, help="Not on sale yet.")
@pass_call
def add(call: Call, /, *, price: str, inactive: bool, **fields: Any) -> None:
    """Add a product; photos that are named after it are linked."""
    from botops.catalog import NewProduct

    given = {name: value for name, value in fields.items() if value is not None}
    with call.parts() as parts:
        currency = given.get("currency") or parts.catalog.currency
        new = NewProduct(price=_minor(price, currency), active=not inactive, **given)
        _tell(call, parts.catalog.add(new))


@product.command()
@click.argument("reference", metavar="SKU", shell_complete=skus)
@click.option("--sku", help="Another SKU.")
@click.option("--name", help="What a customer reads.")
@click.option("--price", metavar="AMOUNT", help="Such as 25.00.")
@_fields
@click.option("--uncounted", is_flag=True, help="There is no stock to count.")
@click.option("--active/--inactive", default=None, help="On sale, or not.")
@pass_call
def edit(call: Call, /, *, reference: str, price: str | None, **fields: Any) -> None:
    """Change a product; what is not named stays."""
    uncounted = fields.pop("uncounted")
    changes = {name: value for name, value in fields.items() if value is not None}
    if uncounted:
        changes["stock"] = None
    if not changes and price is None:
        raise UsageProblem("What is to be another?", hint="Such as --price 25.00 or --stock 3.")
    with call.parts() as parts:
        if price is not None:
            currency = changes.get("currency") or parts.catalog.get(reference).currency
            changes["price"] = _minor(price, currency)
        _tell(call, parts.catalog.edit(reference, changes))  # type: ignore[arg-type]  # by option


@product.command()
@click.argument("sku", shell_complete=skus)
@pass_call
def remove(call: Call, sku: str) -> None:
    """Put a product aside; `restore` with its id brings it back."""
    with call.parts() as parts:
        gone = parts.catalog.remove(sku)
    words = f"{gone.sku} is gone; `botops product restore {gone.id}` brings it back."
    call.show({"product": gone.document()}, lambda: words)


@product.command()
@click.argument("product_id", metavar="ID")
@pass_call
def restore(call: Call, product_id: str) -> None:
    """Bring a product back that was put aside."""
    with call.parts() as parts:
        _tell(call, parts.catalog.restore(product_id))


@product.command("import")
@click.argument("file", type=click.File("rb"))
@pass_call
def import_products(call: Call, file: IO[bytes]) -> None:
    """Add and change products by a CSV file (- is stdin), whole or not at all.

    The columns: sku,name,description,price,currency,stock,category,active
    """
    with call.parts() as parts:
        done = parts.catalog.import_csv(file)
    words = f"{done.added} added, {done.changed} changed, {done.unchanged} as they were."
    call.show(done.document(), lambda: words)


@product.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True), required=False)
@pass_call
def export_products(call: Call, file: IO[str] | None) -> None:
    """Write all products as CSV, to a file or to stdout."""
    with call.parts() as parts:
        if file is None and call.wants_json:
            listed = [each.document() for each in _all(parts.catalog)]
            everything = {"products": listed, "count": len(listed), "next_cursor": None}
            call.show(everything, str)
            return
        text = io.StringIO()  # first as a whole, so that no half a file replaces an older one
        count = parts.catalog.export_csv(text)
    if file is None:
        click.echo(text.getvalue(), nl=False)
    else:
        file.write(text.getvalue())
        call.show({"file": file.name, "count": count}, lambda: f"{count} products written.")


def _minor(amount: str, currency: str) -> int:
    try:
        return money.parse(amount, currency.strip().upper())
    except UsageProblem as error:
        raise UsageProblem(f"--price: {error.message}", hint=error.hint) from error


def _all(catalog: Catalog) -> list[ProductView]:
    from botops.catalog import ProductQuery

    page = catalog.page(ProductQuery(limit=PAGE))
    found = list(page.items)
    while page.next_cursor is not None:
        page = catalog.page(ProductQuery(limit=PAGE, cursor=page.next_cursor))
        found += page.items
    return found


def _tell(call: Call, found: ProductView) -> None:
    pictures = len(found.media_ids)
    photos = {0: "", 1: ", with one photo"}.get(pictures, f", with {pictures} photos")
    call.show({"product": found.document()}, lambda: f"{found.sku} (id {found.id}){photos}.")


def _product_table(found: list[ProductView], locale: str) -> str:
    rows = [
        (
            each.sku,
            each.name,
            money.show(each.price, each.currency, locale=locale),
            "" if each.stock is None else str(each.stock),
            each.category,
            str(len(each.media_ids) or ""),
            "" if each.active else "not on sale",
        )
        for each in found
    ]
    return table(rows, ("sku", "name", "price", "stock", "category", "photos", ""))


def _product_text(found: ProductView, locale: str) -> str:
    document = {
        **found.document(),
        "price": money.show(found.price, found.currency, locale=locale),
        "stock": "not counted" if found.stock is None else found.stock,
        "media_ids": ", ".join(found.media_ids),
    }
    return "\n".join(f"{key:<14}{value}".rstrip() for key, value in document.items())
