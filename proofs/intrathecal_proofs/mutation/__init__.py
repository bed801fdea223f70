"""Mutants: the core changed in one place at a time, to see whether a named obligation notices each change."""
