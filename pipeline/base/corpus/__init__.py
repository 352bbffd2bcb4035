"""The pre-training text: one family per file, each a stream of rows from a seeded generator."""
