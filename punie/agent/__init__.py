"""What runs at inference time: tools, prompts, the reply parser."""
