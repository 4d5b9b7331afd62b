"""A hall of people with voting keys, on each kind of chain."""

from tests.support.verifying import hall, hall_grounds

__all__ = ["hall", "hall_grounds"]
