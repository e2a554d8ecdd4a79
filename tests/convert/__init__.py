"""Tests of `tensornet.convert`."""
