"""Tests of `tensornet.initializers`."""
