"""Immutable texts by their hash: which one is live, who published it and why."""
