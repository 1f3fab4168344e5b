"""Kernel: what everything stands on and that stands on nothing of ours."""
