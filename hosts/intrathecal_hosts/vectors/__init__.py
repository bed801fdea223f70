"""Conformance vectors: what the core answers, step by step, for ports of it to be tested against."""
