"""The proofs: what a requirement rests on, by family, and in `machinery` what carries the argument out."""
