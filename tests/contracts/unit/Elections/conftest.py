"""The zone that these tests begin in."""

from tests.support.polls import polls, polls_grounds

__all__ = ["polls", "polls_grounds"]
