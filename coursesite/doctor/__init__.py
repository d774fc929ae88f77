"""Invariants: what must hold of everything that is kept, checked nightly and on demand."""
