"""The stages, one file each: a function that says what decides the outcome, and one that makes it."""
