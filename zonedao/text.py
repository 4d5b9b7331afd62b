"""Text that crosses the chain: made safe to show, cut into 32 bytes, turned into names in paths; words of messages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from zonedao.errors import StorageProblem, UsageProblem, ZonedaoError

LABEL_BYTES = 32
MAX_URI = 2_000  # characters of what is stored on a chain

# UAX #9, 2: what embeds, overrides, isolates or marks a direction.
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What shows nothing and is no control: fillers of Hangul, the blank of Braille, joiners, selectors of variants.
_BLANKS = frozenset(map(chr, (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810),
                              *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))  # fmt: skip
_PLAIN = re.compile(r"[^.,;:()\"]*")
_NO_MARKS = str.maketrans("“”`", '""\'')
_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


def printable(text: str, *, lines: bool = False) -> str:
    """`text` without control, direction and other invisible characters; anybody may have written it on the chain.

    With `lines`, line breaks and tabs stay.
    """
    kept = "\n\t" if lines else ""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in kept or not (c in _BLANKS or unicodedata.category(c).startswith("C")))


def inline(text: str, most: int | None = None) -> str:
    """Somebody's text as it can stand within a sentence of ours: on one line, without the marks between which texts and
    commands stand there, and of at most so many characters."""
    plain = " ".join(printable(text, lines=True).split()).translate(_NO_MARKS)
    return plain if most is None or len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def one_of(text: str) -> str:
    """Somebody's text as one thing of a list: between quotation marks where it could look like more than that."""
    plain = inline(text)
    return plain if _PLAIN.fullmatch(plain) else f"“{plain}”"


def is_uri(text: str) -> bool:
    """Whether a text is an absolute URI (RFC 3986: a scheme, then visible ASCII) of at most `MAX_URI` characters."""
    return len(text) <= MAX_URI and _URI.fullmatch(text) is not None


def steering(text: str) -> str | None:
    """The first character that could steer a terminal or the direction of reading (a control, a line break, a bidi
    control or override), None where there is none."""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Zl", "Zp") or character in _BIDI_CONTROLS:
            return character
    return None


def counted(count: int, thing: str) -> str:
    """`1 body`, `2 bodies`, `3 keys`."""
    ending = "es" if thing.endswith("sh") else "s"
    many = f"{thing[:-1]}ies" if thing.endswith("y") and thing[-2] not in "aeiou" else thing + ending
    return f"{count} {thing if count == 1 else many}"


def lines_in_words(numbers: Sequence[int], most: int = 5) -> str:
    """`line 7`, `lines 7 and 9`, `lines 1, 2, 3, 4, 5 and 12 more`."""
    shown = [str(number) for number in numbers[:most]]
    last = f"{len(numbers) - most} more" if len(numbers) > most else shown.pop()
    return f"{'line' if len(numbers) == 1 else 'lines'} " + (f"{', '.join(shown)} and {last}" if shown else last)


def share(ppm: int) -> str:
    """Parts per million as a percentage: `66.6666 %`."""
    whole, rest = divmod(ppm, 10_000)
    return f"{whole}" + (f".{rest:04d}".rstrip("0") if rest else "") + " %"


def owned(thing: str, who: str) -> str:
    """`your ballot`, `the ballot of ada`."""
    return f"your {thing}" if who == "you" else f"the {thing} of {who}"


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """A sentence, led by a space, that offers the closest of what there is; empty when nothing is close."""
    from difflib import get_close_matches

    close = get_close_matches(wanted.lower(), dict.fromkeys(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def reason(problem: OSError) -> str:
    """Why the operating system refused, as it stands in brackets within a message."""
    return (problem.strerror or str(problem)).lower()


def flaw(problem: Exception) -> str:
    """What is wrong with a file that could not be read as what it should be, as it stands in brackets.

    Where the mistake is, if whoever read it could tell; never the words in which Python puts it.
    """
    from tomllib import TOMLDecodeError

    match problem:
        case ZonedaoError():
            return problem.message.rstrip(".")
        case UnicodeDecodeError():
            return "it is no text"
        case TOMLDecodeError():
            return str(problem)
        case KeyError():
            return f"{problem.args[0]} is missing"
        case _:
            return "something in it is of another kind than it should be"


def slug(name: str) -> str:
    """A name as it stands in a path: small letters, digits and hyphens; `body` when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NO_LETTERS.sub("-", plain).strip("-") or "body"


def label(value: str | bytes | None) -> bytes:
    """32 bytes from text of at most 32 bytes, from 0x-hex of exactly 32, or from bytes; None is all zeros.

    Raises UsageProblem.
    """
    if value is None:
        return bytes(LABEL_BYTES)
    if isinstance(value, str) and value.startswith("0x") and len(value) == 2 + 2 * LABEL_BYTES:
        try:
            return bytes.fromhex(value[2:])
        except ValueError:
            pass
    raw = value.encode() if isinstance(value, str) else bytes(value)
    if len(raw) > LABEL_BYTES:
        raise UsageProblem(f"{value!r} is longer than {LABEL_BYTES} bytes. Shorten it.")
    return raw.ljust(LABEL_BYTES, b"\0")


def read_label(value: bytes) -> str:
    """What `label` made 32 bytes from: its text, 0x-hex for a hash, empty for zeros."""
    raw = bytes(value).rstrip(b"\0")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "0x" + bytes(value).hex()
    return text if text == printable(text) else "0x" + bytes(value).hex()


def document_hash(path: Path) -> bytes:
    """Keccak-256 of a file: what stands on the chain for a document. Raises StorageProblem."""
    from zonedao.chain.abi import keccak

    try:
        return keccak(path.expanduser().read_bytes())
    except OSError as problem:
        raise StorageProblem(f"The document {path} cannot be read ({reason(problem)}). Check its path.") from None
