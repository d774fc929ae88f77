"""Packs of evidence: what somebody learned and was asked to learn, provable without this site."""
