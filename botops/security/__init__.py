"""Security: keys, sealing, signing, and what must never be read."""
