"""Published counts by the Scottish rules: ballots, and votes as they were published (figures only).

`STEERING` are the ballots of an election of 2005 for a steering committee of four, whose count by the Scottish rules to
five decimals is published with the Droop package; the small ones are from the same collection.
"""

from __future__ import annotations

_STEERING = """
19:7 8 9 11 12|1:13 7 5 4 2 1|1:5 13 2 7 4 1|1:13 4 1 2|1:4 2 13 1 3|1:4 13 2 7|1:7 8 12 1 13 9 2 4 11 5|
1:1 13 3 4 7 5 2|2:4 1 13 7 3 5 2|1:1 4 13 2 7 5 3 9 8 12 11|2:7 1 8 9 13 3 2 4 12 5 11|1:5 1 13 3 2 4 7|
1:7 8 9 3 12 2 13 5 1 4|2:3 13 1 2|1:4 7 13 5|1:4 5 13 3 2 1|1:7 9 8 12 11 2 13|3:4 3 13 1|1:13 3 4 1 7 2 5|
1:3 13 4 1 7 2 5|1:13 3 4 1 2 5 7|1:13 1 4 2 5 3 7|1:13 4 3 1 2 5|1:3 13 1 4 2 7 5|1:4 3 13 8|2:1 4 13 7|1:7 3 4 13 1 5|
1:9 11 8 7|1:13 3 5 2|1:4 5 2 3 13|1:13 5 2 4 1 3 7|1:13 5 2 1 7 3 8|1:7 8 9 12 11|1:7 8 4 9 12|1:13 4 7 2 8|
1:4 13 2 7 1 8|1:7 8 11 9 12|1:8 4 7 11 13 9|1:7 4 2 13|1:13 1 7 4|1:4 1 2 13 9 5|1:1 4 13 5 3 2|
1:7 5 4 8 11 2 13 1 3 9 12|1:4 8 7 5 13 2 1 3 9|1:3 4 7 2 12 13 8 1 5|2:7 8 11 9|1:13 2 4 7 5 1|1:7 8 9 11|
1:2 7 8 12 13 11 1 5 9|1:4 7 8 2|1:4 13 5 2 1 3|1:13 4 7 3 1 5 8 2 9|1:4 3 13 1 7|1:13 4 1 3|1:4 1 13 3 2 7 8|
1:2 4 13 5|1:2 3 4 1 13 7|1:3 1 4 13|1:4 3 1 2 11|1:3 1 4 13 2 7|1:4 1 2 8 3|2:4 1 5 13 2 3|1:13 7 3 2 5 4 1|
1:13 5 7 2 4 1|
1:1 13 3 7 2 4 5|2:13 1 2 7 4 5 3|1:3 1 4 2 13 7 9 5 8
"""


def _read(text: str) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    for part in text.replace("\n", "").split("|"):
        papers, _, numbers = part.partition(":")
        found += [tuple(int(number) for number in numbers.split())] * int(papers)
    return found


STEERING = _read(_STEERING)
STEERING_CANDIDATES, STEERING_SEATS, STEERING_WINNERS = 13, 4, (3, 4, 7, 13)
STEERING_FIRST = "6 3 8 22 2 0 33 1 1 0 0 0 18"
# Votes by candidate whose transfer it is and number of the stage. Those without a vote, of whom lots were drawn, are
# excluded in the stages 3 to 6 and change nothing.
STEERING_AFTER = {
    (7, 1): "6.84848 3.42424 8.42424 22 2.42424 0 19 12.45448 1.42424 0 0 0 18",
    (4, 2): "7.80300 3.56060 9.24240 19 2.69696 0 19 12.72720 1.42424 0 0 0 18.54544",
    (9, 7): "7.80300 3.56060 9.24240 19 2.69696 0 19 14.15144 0 0 0 0 18.54544",
    (5, 8): "8.80300 3.69696 9.24240 19 0 0 19 14.57568 0 0 0 0 19.68180",
    (13, 9): "9.01084 3.95360 9.45496 19 0 0 19 14.57568 0 0 0 0 19",
    (2, 10): "9.36448 0 10.59132 19 0 0 19 15.61032 0 0 0 0 19",
    (1, 11): "0 0 16.62204 19 0 0 19 16.59988 0 0 0 0 19",
    (8, 12): "0 0 18.59172 19 0 0 19 0 0 0 0 0 19",
}

CASTOR = [(1, 2)] * 4 + [(3,)] * 2
CASTOR_AFTER = ["3 1 2", "3 0 2"]
POLLUX = [(1, 2)] * 5 + [(2,)] + [(3,)] * 3
POLLUX_AFTER = ["4 2 3", "4 0 3"]


def votes(text: str) -> tuple[int, ...]:
    """Published votes in 1/100,000."""
    return tuple(round(float(each) * 100_000) for each in text.split())
