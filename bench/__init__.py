"""Bench: what BotOps takes for its work, beside others that do the same, in one run."""
