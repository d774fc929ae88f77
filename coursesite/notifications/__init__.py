"""Mail that people are sent."""
