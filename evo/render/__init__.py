"""Records to text: numbers, tables, trees, the live view. What is drawn adapts to the terminal; data never does."""
