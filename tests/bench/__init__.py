"""The production server under load: `python -m tests.bench` prints one row per page."""
