"""`pytest -m monitor`: alerts on recorded production replies."""
