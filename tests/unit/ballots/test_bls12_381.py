"""The curve BLS12-381 against py_ecc's own signing, RFC 9380's vectors and the laws of groups."""

from __future__ import annotations

import pytest

from tests.support.verifying import voting_key
from zonedao.ballots import bls12_381 as curve
from zonedao.ballots.bls12_381 import FIELD, GENERATOR, INFINITY, INFINITY2, ORDER, Table2
from zonedao.ballots.schemes import BLS12_381, BN254, Share, scheme_named, scheme_of_length
from zonedao.errors import UsageProblem


def test_the_first_group() -> None:
    assert curve.is_on_curve(GENERATOR)
    assert curve.is_in_group(GENERATOR)
    assert curve.multiply(GENERATOR, ORDER) == curve.multiply(INFINITY, 5) == INFINITY
    assert curve.negate(INFINITY) == curve.total([]) == curve.add(GENERATOR, curve.negate(GENERATOR)) == INFINITY
    for scalar in (1, 2, 15, 16, 2**64 + 17, ORDER - 1):
        assert curve.multiply_generator(scalar) == curve.multiply(GENERATOR, scalar)
    assert curve.total([GENERATOR, INFINITY, GENERATOR]) == curve.multiply(GENERATOR, 2)


@pytest.mark.parametrize("point", [INFINITY, (1, 1), (GENERATOR[0], GENERATOR[1] + FIELD), (-1, 2)])
def test_what_is_no_point(point: tuple[int, int]) -> None:
    assert not curve.is_on_curve(point)
    assert not BLS12_381.is_key(point)


def test_the_second_group() -> None:
    point = curve.hash_to_point2(b"a")
    assert curve.is_on_curve2(point)
    assert curve.is_in_group2(point)
    assert not curve.is_on_curve2(INFINITY2)
    assert not curve.is_on_curve2((*point[:3], point[3] + FIELD))
    assert not curve.is_on_curve2((*point[:3], point[3] ^ 1))
    table = Table2(point)
    for scalar in (0, 1, 2, 15, 16, 17, 0xF0F0 << 64, ORDER - 1, ORDER, ORDER + 3, 2**256 - 1):
        assert table.multiply(scalar) == curve.multiply2(point, scalar)
    assert curve.total2([point, INFINITY2, curve.negate2(point)]) == INFINITY2
    assert curve.multiply2(INFINITY2, 3) == INFINITY2
    with pytest.raises(UsageProblem):
        Table2(INFINITY2)


def test_hashing_is_that_of_rfc_9380(monkeypatch: pytest.MonkeyPatch) -> None:
    """Appendix J.10.1, for the message \"abc\"."""
    monkeypatch.setattr(curve, "TAG", b"QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_")
    assert f"{curve.hash_to_point2(b'abc')[0]:096x}" == (
        "02c2d18e033b960562aae3cab37a27ce00d80ccd5ba4b7fe0e7a210245129dbec7780ccc7954725f4168aff2787776e6"
    )


def test_shares_are_ordinary_signatures() -> None:
    from py_ecc.bls import G2ProofOfPossession
    from py_ecc.bls.g2_primitives import G2_to_signature

    key, digest = voting_key(3, scheme=BLS12_381), bytes(range(32))
    share = key.share(digest)
    assert share.scheme is BLS12_381
    assert share == key.share(digest, BLS12_381.table(digest))
    a, b, c, d = share.value
    assert G2ProofOfPossession.Sign(key.secret, digest) == G2_to_signature(curve._inside2((a, b, c, d)))
    with pytest.raises(UsageProblem):
        Share((*share.value[:3], 5))


def test_schemes_by_name_and_by_length() -> None:
    assert [scheme_named(each.name) for each in (BN254, BLS12_381)] == [BN254, BLS12_381]
    assert [scheme_of_length(each) for each in (64, 96)] == [BN254, BLS12_381]
    with pytest.raises(UsageProblem, match="does not know"):
        scheme_named("ed25519")
    with pytest.raises(UsageProblem, match="64 bytes"):
        scheme_of_length(65)
