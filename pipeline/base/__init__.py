"""The embedded base model from scratch: its text, its tokenizer, its training."""
