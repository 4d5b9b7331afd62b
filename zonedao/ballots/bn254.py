"""The curve alt_bn128 (BN254) of EIP-196 in plain integers: G1, hashing onto it, sums, and multiplication.

A point is (x, y) with y² = x³ + 3 modulo `FIELD`; (0, 0) is the point at infinity, as the precompiles write it. All
of G1 has order `ORDER`. What is secret (keys, nonces) is multiplied in time that depends on it: this code is for a
member's own computer, where nobody else measures. With gmpy2 installed the same code runs about twice as fast.

Formulas: Jacobian coordinates for a = 0, `dbl-2009-l` and `madd` of the Explicit-Formulas Database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from zonedao.errors import UsageProblem

FIELD = 21888242871839275222246405745257275088696311157297823662689037894645226208583
ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617

Point = tuple[int, int]
Jacobian = tuple[Any, Any, Any]

INFINITY: Point = (0, 0)
GENERATOR: Point = (1, 2)


def _whole_numbers() -> tuple[Callable[[int], Any], bool]:
    """gmpy2's integers where they are installed, Python's own otherwise."""
    try:
        return import_module("gmpy2").mpz, True
    except ImportError:
        return int, False


number, FAST_INTEGERS = _whole_numbers()
Q: Any = number(FIELD)
ONE: Any = number(1)
_FAR: Jacobian = (ONE, ONE, number(0))


# --- points ---


def is_on_curve(point: Point) -> bool:
    """Whether (x, y) is a point of G1 other than infinity, with coordinates below `FIELD`."""
    x, y = point
    return 0 <= x < FIELD and 0 < y < FIELD and (y * y - x * x * x - 3) % FIELD == 0


def negate(point: Point) -> Point:
    """The opposite point."""
    return (point[0], FIELD - point[1]) if point[1] else point


def add(one: Point, other: Point) -> Point:
    """Sum of two points."""
    return total((one, other))


def total(points: Iterable[Point]) -> Point:
    """Sum of any number of points; infinity of none."""
    result = _FAR
    for point in points:
        result = _add_affine(result, point)
    return _affine(result)


def multiply(point: Point, scalar: int) -> Point:
    """`scalar` times a point. For many scalars and one point make a `Table`."""
    if point == INFINITY:
        return INFINITY
    result = _FAR
    for bit in bin(scalar % ORDER)[2:]:
        result = _double(result)
        if bit == "1":
            result = _add_affine(result, point)
    return _affine(result)


class Table:
    """Multiples of one point, for multiplying it by many scalars: a key for G1's generator, a share for a message.

    `bits` is the width of a window: 4 costs about 1,000 additions to make and 64 to use, 8 about 8,000 and 32.
    """

    def __init__(self, point: Point, bits: int = 4) -> None:
        if not is_on_curve(point):
            raise UsageProblem("A table needs a point of the curve, not infinity. Give another.")
        self._bits = bits
        rows: list[list[Jacobian]] = []
        base: Jacobian = (number(point[0]), number(point[1]), ONE)
        for _ in range(-(-ORDER.bit_length() // bits)):
            row = [base]
            for _ in range((1 << bits) - 2):
                row.append(_add(row[-1], base))
            rows.append(row)
            base = _add(row[-1], base)
        width = (1 << bits) - 1
        flat = _all_affine([entry for row in rows for entry in row])
        self._rows = [flat[start : start + width] for start in range(0, len(flat), width)]

    def multiply(self, scalar: int) -> Point:
        """`scalar` times the point."""
        rest = scalar % ORDER
        mask = (1 << self._bits) - 1
        result = _FAR
        for row in self._rows:
            digit = rest & mask
            if digit:
                result = _add_known(result, *row[digit - 1])
            rest >>= self._bits
        return _affine(result)


# --- hashing onto the curve ---


def hash_to_point(message: bytes) -> tuple[Point, int]:
    """The point that stands for a 32-byte message, and the counter that a verifier needs to find it again.

    Try-and-increment: x = keccak256(message ‖ counter as 32 bytes) mod `FIELD` for the first counter for which
    x³ + 3 is a square; y is the root ((x³ + 3) to the power (FIELD + 1) / 4).
    """
    from zonedao.chain.abi import keccak

    counter = 0
    while True:
        x = int.from_bytes(keccak(message + counter.to_bytes(32, "big")), "big") % FIELD
        square = (x * x * x + 3) % FIELD
        y = int(pow(number(square), (FIELD + 1) // 4, Q))
        if y * y % FIELD == square:
            return (x, y), counter
        counter += 1


# --- arithmetic ---


def _double(point: Jacobian) -> Jacobian:
    x, y, z = point
    if not z:
        return point
    a = x * x % Q
    b = y * y % Q
    c = b * b % Q
    d = 2 * ((x + b) * (x + b) - a - c) % Q
    e = 3 * a
    x3 = (e * e - 2 * d) % Q
    return x3, (e * (d - x3) - 8 * c) % Q, 2 * y * z % Q


def _add_affine(point: Jacobian, other: Point) -> Jacobian:
    x, y = other
    if not x and not y:
        return point
    return _add_known(point, number(x), number(y))


def _add_known(point: Jacobian, x: Any, y: Any) -> Jacobian:
    x1, y1, z1 = point
    if not z1:
        return x, y, ONE
    zz = z1 * z1 % Q
    h = (x * zz - x1) % Q
    r = (y * z1 * zz - y1) % Q
    if not h:
        return _double(point) if not r else _FAR
    hh = h * h % Q
    hhh = h * hh % Q
    v = x1 * hh % Q
    x3 = (r * r - hhh - 2 * v) % Q
    return x3, (r * (v - x3) - y1 * hhh) % Q, z1 * h % Q


def _add(one: Jacobian, other: Jacobian) -> Jacobian:
    x1, y1, z1 = one
    x2, y2, z2 = other
    if not z1:
        return other
    if not z2:
        return one
    zz1 = z1 * z1 % Q
    zz2 = z2 * z2 % Q
    u1 = x1 * zz2 % Q
    s1 = y1 * z2 * zz2 % Q
    h = (x2 * zz1 - u1) % Q
    r = (y2 * z1 * zz1 - s1) % Q
    if not h:
        return _double(one) if not r else _FAR
    hh = h * h % Q
    hhh = h * hh % Q
    v = u1 * hh % Q
    x3 = (r * r - hhh - 2 * v) % Q
    return x3, (r * (v - x3) - s1 * hhh) % Q, z1 * z2 * h % Q


def _affine(point: Jacobian) -> Point:
    x, y, z = point
    if not z:
        return INFINITY
    inverse = pow(z, -1, Q)
    square = inverse * inverse % Q
    return int(x * square % Q), int(y * square * inverse % Q)


def _all_affine(points: list[Jacobian]) -> list[tuple[Any, Any]]:
    """All of them, none at infinity, with one inversion (Montgomery's trick)."""
    products = [ONE]
    for _, _, z in points:
        products.append(products[-1] * z % Q)
    inverse = pow(products[-1], -1, Q)
    result: list[tuple[Any, Any]] = []
    for position in reversed(range(len(points))):
        x, y, z = points[position]
        own = inverse * products[position] % Q
        inverse = inverse * z % Q
        square = own * own % Q
        result.append((x * square % Q, y * square * own % Q))
    result.reverse()
    return result
