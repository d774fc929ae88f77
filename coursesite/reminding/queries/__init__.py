"""What is due to be told, to whom, and what a ladder would do."""
