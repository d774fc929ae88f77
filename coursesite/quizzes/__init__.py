"""Questions, banks, attempts, grading."""
