"""Models: products, their pictures, and the pictures that names offer them."""

from __future__ import annotations

from peewee import AutoField, BigIntegerField, BooleanField, CharField, IntegerField, TextField

from botops.store import TenantTable, UtcField


class Product(TenantTable):
    """What a shop sells; `price` is in minor units, `stock` is empty where nobody counts."""

    id = AutoField()
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
    created_at = UtcField()
    updated_at = UtcField()
    deleted_at = UtcField(null=True)

    class Meta:
        """Named as in the contract."""

        table_name = "products"


class ProductMedia(TenantTable):
    """A picture of a product; of those not hidden, the lowest `sequence` is the primary one.

    A picture that was put aside is hidden, and keeps its place until it comes back.
    """

    id = AutoField()
    product_id = IntegerField()
    media_id = IntegerField()
    sequence = IntegerField()
    is_primary = BooleanField(default=False)
    is_hidden = BooleanField(default=False)

    class Meta:
        """Named as in the contract."""

        table_name = "product_media"


class PictureOffer(TenantTable):
    """One way to read a picture's name, whether the product is there yet or not.

    `source` is the same for all readings of one name; the likeliest has the lowest id.
    """

    id = AutoField()
    media_id = IntegerField()
    source = TextField()
    sku_key = TextField()
    sequence = IntegerField(null=True)
    is_primary = BooleanField(default=False)
    is_hidden = BooleanField(default=False)

    class Meta:
        """Named beside `product_media`."""

        table_name = "picture_offers"
