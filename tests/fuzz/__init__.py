"""Inputs that nobody would write, by the hundred thousand: see `tests.fuzz.run`."""
