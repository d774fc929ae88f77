"""Modules: reading, checking and rendering what authors write; facts; local fields."""
