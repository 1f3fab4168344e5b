"""Preferences: what a merchant has set, written where it is read, and secrets kept sealed."""
