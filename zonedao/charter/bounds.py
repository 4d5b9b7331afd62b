"""The bounds of laws that no vote can move, as they are in the code of a body.

A copy of `ConstitutionAffairs`, so that a charter can be checked without a chain; a test compares the two.
"""

from __future__ import annotations

from zonedao.charter.model import CLASSES
from zonedao.governance.laws import Law
from zonedao.times import DAY, HOUR

# Nothing that moves power passes with less than two thirds and a day's notice.
GRAVE_CLASSES = ("constitutional", "expulsion")

_LEAST_GRAVE = Law(HOUR, 60, HOUR, DAY, HOUR, 100_000, 666_666)
_LEAST = Law(HOUR, 60, HOUR, 60, HOUR, 10_000, 500_000)
_MOST = Law(90 * DAY, 30 * DAY, 60 * DAY, 60 * DAY, 7 * DAY, 1_000_000, 1_000_000, 60)
SPONSORING_SECONDS = HOUR  # least voting delay where sponsors are wanted

BOUNDS = {name: (_LEAST_GRAVE if name in GRAVE_CLASSES else _LEAST, _MOST) for name in CLASSES}

MAX_DEPTH = 8  # levels below a zone
MAX_CAP = 2**112 - 1  # base units
MAX_ALLOWANCE = 2**96 - 1  # base units per epoch
MAX_ALLOWANCE_EPOCHS = 2**16 - 1
MAX_QUANTITY = 2**48 - 1  # whole units of a good
MAX_SECONDS = 2**32 - 1  # of an epoch, and of the age of a stock report
MAX_EPOCH_START = 2**40 - 1  # unix seconds
