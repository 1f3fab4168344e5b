"""Painting: flowers, plants and cards drawn from nothing but numbers; Pillow is used here only."""
