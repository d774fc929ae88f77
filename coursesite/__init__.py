"""coursesite: an interactive e-course platform, with the course in it."""
