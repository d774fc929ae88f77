"""Local versions: what an organisation says of itself inside the course, from draft to print."""
