"""Other systems, one sub-package each."""
