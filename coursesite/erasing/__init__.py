"""Erasing a person: the name goes, what the law asks to keep stays under a pseudonym."""
