"""Tests of the NumPy TT algebra."""
