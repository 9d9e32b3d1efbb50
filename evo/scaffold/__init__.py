"""Problem folders in the making: templates to copy, and what a function in a file becomes."""
