"""Tests of `tensornet.contraction`."""
