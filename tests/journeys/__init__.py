"""People at a real browser, on a real server with the shipped course."""
