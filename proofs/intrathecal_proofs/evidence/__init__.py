"""Evidence that others can check again: obligations as SMT-LIB 2 files with a manifest, and the second look at them."""
