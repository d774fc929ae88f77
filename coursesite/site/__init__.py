"""Pages for anyone: the front page, the catalogue, the statements, the state of the server."""
