"""Calls, events and reverts in words."""
