"""`pytest -m data`: the integrity checks of a dataset as pytest items."""
