"""Reading assignments, requirements and the people whom they reach."""
