"""The pipeline: recipe -> dataset -> adapter -> fused -> quantized, one folder under `artifacts/` for each stage."""
