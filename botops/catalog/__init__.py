"""Catalog: the products of a shop, and the pictures that show them."""

from botops.catalog.service import Catalog
from botops.catalog.views import (
    Imported,
    NewProduct,
    PictureView,
    ProductChanges,
    ProductQuery,
    ProductView,
)

__all__ = [
    "Catalog",
    "Imported",
    "NewProduct",
    "PictureView",
    "ProductChanges",
    "ProductQuery",
    "ProductView",
]
