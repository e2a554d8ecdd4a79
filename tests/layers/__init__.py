"""Tests of `tensornet.layers`."""
