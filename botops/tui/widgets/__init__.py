"""Widgets: the pieces that screens are put together from."""
