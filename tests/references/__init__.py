"""NumPy references, written from the formulas and not from the library."""
