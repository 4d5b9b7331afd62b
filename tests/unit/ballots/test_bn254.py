"""The curve, beside py-ecc's, and against golden vectors of Ethereum's own tests."""

from __future__ import annotations

import pytest
from py_ecc import optimized_bn128 as reference

from zonedao.ballots.bn254 import (
    FIELD,
    GENERATOR,
    INFINITY,
    ORDER,
    Table,
    add,
    hash_to_point,
    is_on_curve,
    multiply,
    negate,
    total,
)
from zonedao.ballots.bn254_g2 import GENERATOR2, INFINITY2, is_on_curve2, multiply2, multiply_generator2, total2
from zonedao.chain.abi import keccak
from zonedao.errors import UsageProblem

SCALARS = (1, 2, 3, 256, ORDER - 1, 2**253 + 12345, 0x1234567890ABCDEF << 180)


def ours(point: tuple[reference.FQ, reference.FQ, reference.FQ]) -> tuple[int, int]:
    x, y = reference.normalize(point)
    return int(x), int(y)


def ours2(point: tuple[reference.FQ2, reference.FQ2, reference.FQ2]) -> tuple[int, ...]:
    x, y = reference.normalize(point)
    return int(x.coeffs[1]), int(x.coeffs[0]), int(y.coeffs[1]), int(y.coeffs[0])


@pytest.mark.parametrize("scalar", SCALARS)
def test_multiples_are_those_of_py_ecc(scalar: int) -> None:
    expected = ours(reference.multiply(reference.G1, scalar))
    assert multiply(GENERATOR, scalar) == expected
    assert Table(GENERATOR, 4).multiply(scalar) == expected
    assert (
        multiply2(GENERATOR2, scalar) == multiply_generator2(scalar) == ours2(reference.multiply(reference.G2, scalar))
    )


def test_a_known_multiple() -> None:
    # ecmul "chfast1" of go-ethereum's precompile vectors
    point = (
        0x2BD3E6D0F3B142924F5CA7B49CE5B9D54C4703D7AE5648E61D02268B1A0A9FB7,
        0x21611CE0A6AF85915E2F1D70300909CE2E49DFAD4A4619C8390CAE66CEFDB204,
    )
    assert multiply(point, 0x11138CE750FA15C2) == (
        0x070A8D6A982153CAE4BE29D434E8FAEF8A47B274A053F5A4EE2A6C9C13C31E5C,
        0x031B8CE914EBA3A9FFB989F9CDD5B0F01943074BF4F0F315690EC3CEC6981AFC,
    )


def test_edges_of_the_group() -> None:
    assert multiply(GENERATOR, ORDER) == INFINITY
    assert multiply(INFINITY, 5) == INFINITY
    assert multiply2(GENERATOR2, ORDER) == multiply_generator2(0) == INFINITY2
    assert add(GENERATOR, negate(GENERATOR)) == INFINITY
    assert add(GENERATOR, GENERATOR) == multiply(GENERATOR, 2)
    assert add(GENERATOR, INFINITY) == GENERATOR
    assert negate(INFINITY) == INFINITY
    assert total([]) == INFINITY
    assert total2([]) == INFINITY2
    assert total2([GENERATOR2, GENERATOR2, INFINITY2]) == multiply2(GENERATOR2, 2)


def test_sums() -> None:
    scalars = [scalar * 7 + 1 for scalar in SCALARS]
    assert total(multiply(GENERATOR, each) for each in scalars) == multiply(GENERATOR, sum(scalars))
    assert total2(multiply2(GENERATOR2, each) for each in scalars) == multiply2(GENERATOR2, sum(scalars))


@pytest.mark.parametrize("bits", [1, 3, 6])
def test_tables_of_any_width(bits: int) -> None:
    point = multiply(GENERATOR, 99)
    for scalar in (0, 1, ORDER - 1, ORDER, 2**200 + 17):
        assert Table(point, bits).multiply(scalar) == multiply(point, scalar)


def test_who_is_on_the_curve() -> None:
    assert is_on_curve(GENERATOR)
    assert not is_on_curve(INFINITY)
    assert not is_on_curve((1, 3))
    assert not is_on_curve((1 + FIELD, 2))
    assert not is_on_curve((1, 2 - FIELD))
    assert is_on_curve2(GENERATOR2)
    assert not is_on_curve2(INFINITY2)
    assert not is_on_curve2((*GENERATOR2[:3], GENERATOR2[3] + 1))
    assert not is_on_curve2((*GENERATOR2[:3], GENERATOR2[3] + FIELD))
    with pytest.raises(UsageProblem):
        Table(INFINITY)


def test_hashing_onto_the_curve() -> None:
    seen = set()
    for number in range(20):
        message = number.to_bytes(32, "big")
        (x, y), counter = hash_to_point(message)
        assert is_on_curve((x, y))
        assert x == int.from_bytes(keccak(message + counter.to_bytes(32, "big")), "big") % FIELD
        for earlier in range(counter):
            tried = int.from_bytes(keccak(message + earlier.to_bytes(32, "big")), "big") % FIELD
            assert pow(tried**3 + 3, (FIELD - 1) // 2, FIELD) == FIELD - 1, "an earlier counter was a point already"
        seen.add(counter)
    assert len(seen) > 1
