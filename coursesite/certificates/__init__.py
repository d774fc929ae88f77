"""Certificates: issue, verify, print."""
