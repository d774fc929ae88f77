"""The training officer's pages: what is assigned, assigning, and those who are parked."""

from coursesite.assignments.views import (
    assigning,
    changing,
    deciding,
    listing,
    simulating,
    sweeping,
)
from coursesite.assignments.views.blueprint import bp

__all__ = ["assigning", "bp", "changing", "deciding", "listing", "simulating", "sweeping"]
