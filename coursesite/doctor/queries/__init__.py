"""What does not hold, a sentence for each case; rows are read as they come."""
