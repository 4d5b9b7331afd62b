// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "../interfaces/IConstitution.sol";

/// @title The law of a class as one word: eight fields of 24 bits in the order of `IConstitution.Law`.
/// @dev The last field has 8 bits, so that a law is the value of a `History` (184 bits).
library LawWords {
    uint256 internal constant FIELDS = 8;
    uint256 private constant _BITS = 24;
    uint256 private constant _FIELD = (1 << _BITS) - 1;
    uint256 private constant _GRACE = 4; // the one field where less is stricter

    function field(uint256 law, uint256 position) internal pure returns (uint256) {
        return uint24(law >> (position * _BITS));
    }

    function seasoning(uint256 law) internal pure returns (uint256) {
        return uint24(law);
    }

    function votingDelay(uint256 law) internal pure returns (uint256) {
        return uint24(law >> _BITS);
    }

    function votingPeriod(uint256 law) internal pure returns (uint256) {
        return uint24(law >> (2 * _BITS));
    }

    function executionDelay(uint256 law) internal pure returns (uint256) {
        return uint24(law >> (3 * _BITS));
    }

    function grace(uint256 law) internal pure returns (uint256) {
        return uint24(law >> (4 * _BITS));
    }

    function quorumPpm(uint256 law) internal pure returns (uint256) {
        return uint24(law >> (5 * _BITS));
    }

    function thresholdPpm(uint256 law) internal pure returns (uint256) {
        return uint24(law >> (6 * _BITS));
    }

    function sponsors(uint256 law) internal pure returns (uint256) {
        return uint8(law >> (7 * _BITS));
    }

    /// @notice Of each field the stricter of two laws.
    function strictest(uint256 one, uint256 other) internal pure returns (uint256 law) {
        unchecked {
            for (uint256 shift; shift < FIELDS * _BITS; shift += _BITS) {
                uint256 mask = _FIELD << shift;
                uint256 a = one & mask;
                uint256 b = other & mask;
                law |= (a > b) == (shift != _GRACE * _BITS) ? a : b;
            }
        }
    }

    function pack(IConstitution.Law memory law) internal pure returns (uint256) {
        return law.seasoning | (uint256(law.votingDelay) << _BITS) | (uint256(law.votingPeriod) << (2 * _BITS))
            | (uint256(law.executionDelay) << (3 * _BITS)) | (uint256(law.grace) << (4 * _BITS))
            | (uint256(law.quorumPpm) << (5 * _BITS)) | (uint256(law.thresholdPpm) << (6 * _BITS))
            | (uint256(law.sponsors) << (7 * _BITS));
    }

    function unpack(uint256 law) internal pure returns (IConstitution.Law memory) {
        return IConstitution.Law(
            uint24(law),
            uint24(law >> _BITS),
            uint24(law >> (2 * _BITS)),
            uint24(law >> (3 * _BITS)),
            uint24(law >> (4 * _BITS)),
            uint24(law >> (5 * _BITS)),
            uint24(law >> (6 * _BITS)),
            uint8(law >> (7 * _BITS))
        );
    }
}
