"""Tests of tensornet.cost."""
