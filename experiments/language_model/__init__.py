"""A language model of Python's standard library, with a dense and a TT embedding."""
