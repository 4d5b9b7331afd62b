"""The treasury's laws are checked after every test that takes `vault`."""

from tests.support.money import vault

__all__ = ["vault"]
