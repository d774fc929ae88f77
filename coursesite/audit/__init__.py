"""Append-only events: who did what, why and when, sealed by a hash chain."""
