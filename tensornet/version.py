"""The one place of the version; `setup.py` reads it without importing TensorFlow."""

__version__ = '2.0.0'
