"""Accounts: the shops that share this installation."""

from botops.accounts.merchants import DEFAULT, Merchants, MerchantView

__all__ = ["DEFAULT", "MerchantView", "Merchants"]
