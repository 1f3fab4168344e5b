"""Remote: the face for a second program on the same home: it asks, the engine does."""
