"""What the arguments run on: terms, the lifter, obligations and solvers."""
