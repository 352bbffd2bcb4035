"""Build and accept tool-calling coding models with pytest."""
