"""Running programs: the pipeline from a program to a simulation, plain runs and live sessions."""
