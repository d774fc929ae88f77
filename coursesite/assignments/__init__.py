"""Who must do what by when: assignments, requirements, periods."""
