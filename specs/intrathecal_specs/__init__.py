"""Hazards and requirements: the English that a reviewer signs and the predicate that is proven, in one place."""
