"""The manager's pages and exports; owns no facts of its own."""
