"""Exports: the tables and how they are written."""
