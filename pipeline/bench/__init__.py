"""Benchmarks of the pipeline; they are run by name."""
