"""Work that a request does not wait for: rows written with the fact, done by a worker."""
