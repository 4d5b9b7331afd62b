"""What a text looks like: names that differ, and that nobody can tell apart by looking at them."""

from __future__ import annotations

import re
import unicodedata

# Letters of other scripts that look like Latin ones: the commonest of confusables.txt (Unicode UTS #39), by case.
_CYRILLIC = "АВЕЅІЈКМНОРСТУХԚԜӀавеѕіјкмнорстухԛԝӏԁһ", "ABESIJKMHOPCTYXQWIabesijkmhopctyxqwldh"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυγ", "ABEZHIKMNOPTYXaikvopuy"
_OTHERS = "ıɡɑ‐‑–", "iga---"
_LATIN = str.maketrans(*("".join(parts) for parts in zip(_CYRILLIC, _GREEK, _OTHERS, strict=True)))

_OURS = frozenset(("you", "your", "nobody", "somebody", "the zero address"))  # what sentences call people
_UNCLEAR = re.compile(r"^person\s*\d|0x[0-9a-f]{8}|[/“”]")


def likeness(text: str) -> str:
    """The same for texts that look alike, in capitals or small letters."""
    from zonedao.text import printable

    plain = unicodedata.normalize("NFKC", printable(text)).translate(_LATIN)
    return " ".join(plain.casefold().split())


def is_taken_for_ours(name: str) -> bool:
    """Whether a name could be taken for what zonedao itself says of people: `you`, `person 2`, an address."""
    like = likeness(name)
    return like in _OURS or _UNCLEAR.search(like) is not None
