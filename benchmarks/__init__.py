"""What the library is measured with."""
