"""Keeping house under `artifacts/`: the registry of what was built, the promoted model, and what may be removed."""
