"""Sweeps that anyone can run for longer."""
