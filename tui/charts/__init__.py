"""Drawings made of characters: pure functions from data to lines; no widget."""
