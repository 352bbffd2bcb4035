"""What runs beneath the tools: one function per tool, which takes the surroundings and then the tool's parameters."""
