"""Tests of the command that ports scripts."""
