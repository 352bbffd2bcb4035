"""The integrity checks of training data."""
