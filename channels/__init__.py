"""Carry a message and hear back. Knows neither the database nor the web."""
