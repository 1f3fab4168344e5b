"""Presenters: objects of the engine become cells, words and glyphs, without Textual."""
