"""Sections: one full screen each, opened by its digit."""
