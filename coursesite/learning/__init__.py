"""The learner's pages, and the story of finishing a module."""
