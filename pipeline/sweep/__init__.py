"""The quantization sweep: one trained model at several bits and group sizes."""
