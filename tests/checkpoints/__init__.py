"""Tests of `tensornet.checkpoints`."""
