// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallotVerifier} from "../../interfaces/IBallotVerifier.sol";
import {Bits} from "../../libraries/Bits.sol";
import {Bn254} from "../../libraries/Bn254.sol";
import {AggregateVerifier} from "./AggregateVerifier.sol";

/// @title Bn254Verifier: thousands of ballots by one signature, on every EVM since Shanghai.
/// @dev Keys and signatures are points of the curve; a signature of digest m is sk · H(m). Signatures are added up, whatever their
/// choice. The contract adds the keys K of each choice itself; whoever posts gives the same sum on the twist, K', because pairing
/// needs one side there. With a number g that nobody can know before all else is fixed, one product of pairings checks both that
/// the signature is right and that each K' has the secret of its K:
///
///     e(sigma + Σ g^(j+1) · K_j, −G') · Π e(H_j + g^(j+1) · G, K'_j) = 1
///
/// It is a polynomial in g: unless e(sigma, G') = Π e(H_j, K'_j) and every e(K_j, G') = e(G, K'_j), at most three values of g
/// make it 1. The curve is worth about 100 bits.
contract Bn254Verifier is AggregateVerifier {
    using Bits for uint256;

    uint256 private constant _ROOM = 128; // bytes of a sum, and of the key that is added to it

    /* KEYS */

    /// @inheritdoc IBallotVerifier
    function curve() external pure returns (string memory) {
        return "bn254";
    }

    function _keySize() internal pure override returns (uint256) {
        return Bn254.POINT;
    }

    function _checkKey(uint256 index, uint256 key, uint256 proof, bytes32 digest, address owner) internal view override {
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            x := mload(key)
            y := mload(add(key, 32))
        }
        if (!Bn254.isPoint(x, y)) revert NotAKey(index);
        (bool done, bool possessed) = _schnorr(x, y, proof, digest, owner);
        if (!done) revert PrecompileFailed(Bn254.MULTIPLY);
        if (!possessed) revert NoPossession(index);
    }

    /// @dev Whether the response in calldata leads from the challenge to the commitment that the challenge was made of.
    /// @return done whether the precompiles did their work
    function _schnorr(uint256 x, uint256 y, uint256 proof, bytes32 digest, address owner)
        private
        view
        returns (bool done, bool possessed)
    {
        // One block without calls between functions: this is most of the work of enrolling that is not a precompile's.
        assembly ("memory-safe") {
            let challenge := shr(128, calldataload(proof))
            let hashed := mload(0x40)
            mstore(hashed, digest)
            mstore(add(hashed, 32), owner)
            let commitment := add(hashed, 64)
            mstore(commitment, 1)
            mstore(add(hashed, 96), 2)
            mstore(add(hashed, 128), calldataload(add(proof, _CHALLENGE)))
            done := staticcall(gas(), 7, commitment, 96, commitment, 64)
            let part := add(hashed, 128)
            mstore(part, x)
            mstore(add(hashed, 160), y)
            mstore(add(hashed, 192), challenge)
            done := and(staticcall(gas(), 7, part, 96, part, 64), done)
            done := and(staticcall(gas(), 6, commitment, 128, commitment, 64), done)
            possessed := eq(and(keccak256(hashed, 128), 0xffffffffffffffffffffffffffffffff), challenge)
        }
    }

    function _sum(uint256 keys, uint256 persons, uint256 to) internal view override {
        bool done;
        assembly ("memory-safe") {
            done := 1
            let sum := mload(0x40)
            let x := add(sum, 64)
            let y := add(sum, 96)
            calldatacopy(sum, calldatasize(), 64)
            // They are side by side, so nobody is looked for.
            for { let end := add(keys, mul(persons, 64)) } lt(keys, end) { keys := add(keys, 64) } {
                mstore(x, mload(keys))
                mstore(y, mload(add(keys, 32)))
                done := and(staticcall(gas(), 6, sum, 128, sum, 64), done)
            }
            mstore(to, mload(sum))
            mstore(add(to, 32), mload(add(sum, 32)))
        }
        if (!done) revert PrecompileFailed(Bn254.ADD);
    }

    /* ADDING UP */

    function _room() internal pure override returns (uint256) {
        return _ROOM;
    }

    function _addSet(uint256 set, uint256 persons, uint256 to, uint256 places) internal view override {
        if (set == 0) return;
        bool done = true;
        // The hot loop of all counting: once for each ballot, or for each person who is subtracted. The result takes the place of
        // the sum, and the next key comes behind it. Where the key is, is read as in `Bits.position`. Whoever is added leaves the set
        // only if the adding before succeeded: somebody is left if any but the last failed. Four at a time, because asking each time
        // whether another follows would take a quarter of what is not the precompile's; all four are written out, each with a name
        // of its own, since a function would be jumped to and a name that is used again put back into its place.
        assembly ("memory-safe") {
            let x := add(to, 64)
            let y := add(to, 96)
            for {} gt(persons, 3) { persons := sub(persons, 4) } {
                let key1 := shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538))))
                set := and(set, sub(set, done))
                mstore(x, mload(key1))
                mstore(y, mload(add(key1, 32)))
                done := staticcall(gas(), 6, to, 128, to, 64)

                let key2 := shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538))))
                set := and(set, sub(set, done))
                mstore(x, mload(key2))
                mstore(y, mload(add(key2, 32)))
                done := staticcall(gas(), 6, to, 128, to, 64)

                let key3 := shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538))))
                set := and(set, sub(set, done))
                mstore(x, mload(key3))
                mstore(y, mload(add(key3, 32)))
                done := staticcall(gas(), 6, to, 128, to, 64)

                let key4 := shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538))))
                set := and(set, sub(set, done))
                mstore(x, mload(key4))
                mstore(y, mload(add(key4, 32)))
                done := staticcall(gas(), 6, to, 128, to, 64)
            }
            for {} persons { persons := sub(persons, 1) } {
                let key := shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538))))
                set := and(set, sub(set, done))
                mstore(x, mload(key))
                mstore(y, mload(add(key, 32)))
                done := staticcall(gas(), 6, to, 128, to, 64)
            }
        }
        if (set != 0 || !done) revert PrecompileFailed(Bn254.ADD);
    }

    /// @dev As `_addSet`, but no key is copied: each sum is written before the key that is added next. What was there is the key of
    /// somebody whose turn was before, or of nobody in the set; before the first key the sheet has room.
    function _addLastSet(uint256 set, uint256 persons, uint256 to, uint256 places) internal view override {
        if (set == 0) return;
        bool done = true;
        assembly ("memory-safe") {
            let first := sub(set, 1)
            let at := sub(shr(240, mload(add(places, mod(xor(set, first), 538)))), 64)
            set := and(set, first)
            mstore(at, mload(to))
            mstore(add(at, 32), mload(add(to, 32)))
            for { persons := sub(persons, 1) } gt(persons, 3) { persons := sub(persons, 4) } {
                let next1 := sub(shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538)))), 64)
                set := and(set, sub(set, done))
                done := staticcall(gas(), 6, at, 128, next1, 64)

                let next2 := sub(shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538)))), 64)
                set := and(set, sub(set, done))
                done := staticcall(gas(), 6, next1, 128, next2, 64)

                let next3 := sub(shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538)))), 64)
                set := and(set, sub(set, done))
                done := staticcall(gas(), 6, next2, 128, next3, 64)

                let next4 := sub(shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538)))), 64)
                set := and(set, sub(set, done))
                done := staticcall(gas(), 6, next3, 128, next4, 64)
                at := next4
            }
            for {} persons { persons := sub(persons, 1) } {
                let next := sub(shr(240, mload(add(places, mod(xor(set, sub(set, 1)), 538)))), 64)
                set := and(set, sub(set, done))
                done := staticcall(gas(), 6, at, 128, next, 64)
                at := next
            }
            done := and(staticcall(gas(), 6, at, 128, to, 64), done)
        }
        if (set != 0 || !done) revert PrecompileFailed(Bn254.ADD);
    }

    function _addWhole(uint256 page, uint256 to) internal view override {
        assembly ("memory-safe") {
            extcodecopy(page, add(to, 64), _SUM_AT, 64)
        }
        Bn254.add(to);
    }

    function _addFrom(uint256 from, uint256 to) internal view override {
        Bn254.addFrom(from, to);
    }

    function _negate(uint256 at) internal pure override {
        Bn254.negate(at);
    }

    /* CHECKING */

    /// @dev Checks the proof against the sums of the choices.
    function _check(bytes32[3] calldata digests, uint256 used, uint256 sums, uint256[] calldata proof) internal view override {
        uint256 expected = 2 + 6 * used.popcount();
        if (proof.length != expected) revert ProofMalformed(proof.length, expected);
        uint256 challenge = _challenge(digests, sums, proof);
        uint256 pairs;
        assembly ("memory-safe") {
            pairs := mload(0x40)
            // Four pairs at most, and room behind them for what is added to a point.
            mstore(0x40, add(pairs, 1024))
            calldatacopy(pairs, proof.offset, 64)
            // The negative of the generator of the twist.
            mstore(add(pairs, 64), 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2)
            mstore(add(pairs, 96), 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed)
            mstore(add(pairs, 128), 0x275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec)
            mstore(add(pairs, 160), 0x1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d)
        }
        uint256 scratch = pairs + 832;
        Bn254.copy(pairs, scratch);
        unchecked {
            uint256 pair = pairs + Bn254.PAIR;
            uint256 power = challenge;
            for (uint256 choice; choice < _CHOICES; ++choice) {
                if (used & (1 << choice) == 0) continue;
                _addMultiple(sums + choice * _ROOM, power, scratch);
                // The second pair belongs to the six numbers after the signature, the third to the next six.
                _putPair(choice, digests[choice], proof, (pair - pairs) / Bn254.PAIR * 6 - 4, power, pair);
                pair += Bn254.PAIR;
                power = mulmod(power, challenge, Bn254.R);
            }
            Bn254.copy(scratch, pairs);
            if (!Bn254.paired(pairs, pair - pairs)) revert WrongSignature();
        }
    }

    /// @dev A number that nobody knows before everything else is fixed (Fiat and Shamir): all sums, digests and the whole proof.
    function _challenge(bytes32[3] calldata digests, uint256 sums, uint256[] calldata proof)
        private
        pure
        returns (uint256 challenge)
    {
        assembly ("memory-safe") {
            let hashed := mload(0x40)
            for { let i := 0 } lt(i, 3) { i := add(i, 1) } {
                let from := add(sums, mul(i, _ROOM))
                let to := add(hashed, mul(i, 64))
                mstore(to, mload(from))
                mstore(add(to, 32), mload(add(from, 32)))
            }
            calldatacopy(add(hashed, 192), digests, 96)
            let size := mul(proof.length, 32)
            calldatacopy(add(hashed, 288), proof.offset, size)
            challenge := mod(keccak256(hashed, add(288, size)), 21888242871839275222246405745257275088548364400416034343698204186575808495617)
        }
    }

    /// @dev Puts the pair of a choice at `pair`: its point of the curve + power · G, and the sum of its keys on the twist.
    /// @param at where the choice's numbers are in the proof: x', x, y', y of the twist, counter, ordinate
    function _putPair(
        uint256 choice,
        bytes32 digest,
        uint256[] calldata proof,
        uint256 at,
        uint256 power,
        uint256 pair
    ) private view {
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            let numbers := add(proof.offset, shl(5, at))
            calldatacopy(add(pair, 64), numbers, 128)
            mstore(0, digest)
            mstore(32, calldataload(add(numbers, 128)))
            x := mod(keccak256(0, 64), 21888242871839275222246405745257275088696311157297823662689037894645226208583)
            y := calldataload(add(numbers, 160))
        }
        if (!Bn254.isPoint(x, y)) revert NotThePointOf(choice);
        // Adding needs the room of two points, where the twist's is by now.
        _addGenerator(x, y, power, pair);
    }

    /// @dev Puts (x, y) + k · G at `to`.
    function _addGenerator(uint256 x, uint256 y, uint256 k, uint256 to) private view {
        uint256 scratch;
        assembly ("memory-safe") {
            scratch := mload(0x40)
            mstore(scratch, x)
            mstore(add(scratch, 32), y)
        }
        unchecked {
            Bn254.multiply(1, 2, k, scratch + Bn254.POINT);
        }
        Bn254.add(scratch);
        Bn254.copy(scratch, to);
    }

    /// @dev Adds k times the point at `point` to the one at `to`, whose next 96 bytes are overwritten.
    function _addMultiple(uint256 point, uint256 k, uint256 to) private view {
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            x := mload(point)
            y := mload(add(point, 32))
        }
        unchecked {
            Bn254.multiply(x, y, k, to + Bn254.POINT);
        }
        Bn254.add(to);
    }
}
