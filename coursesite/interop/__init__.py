"""Questions from other systems, and for them."""
