"""BotOps: one program for a shop that sells through WhatsApp."""

__version__ = "0.1.0"
