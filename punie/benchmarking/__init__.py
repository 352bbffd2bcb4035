"""`pytest -m bench`: how fast models answer and what they take up, compared with one another and with earlier runs."""
