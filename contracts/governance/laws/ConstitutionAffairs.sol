// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "../../interfaces/IConstitution.sol";
import {Classes} from "../../libraries/Classes.sol";
import {History} from "../../libraries/History.sol";
import {LawWords} from "../../libraries/LawWords.sol";
import {Constitution} from "./Constitution.sol";

/// @title ConstitutionAffairs: how laws and caps are changed, inside bounds that are code.
abstract contract ConstitutionAffairs is IConstitution, Constitution {
    using History for History.Log;
    using LawWords for uint256;

    /* CONSTANTS */

    // Laws as words, field by field from the lowest bits: seasoning, voting delay, voting period, execution delay, grace,
    // quorum, threshold, sponsors.
    uint256 private constant _LEAST = 1 hours | (1 minutes << 24) | (1 hours << 48) | (1 minutes << 72) | (1 hours << 96)
        | (10_000 << 120) | (500_000 << 144);
    // Nothing that moves power passes with less than two thirds and a day's notice.
    uint256 private constant _LEAST_OF_POWER = 1 hours | (1 minutes << 24) | (1 hours << 48) | (1 days << 72)
        | (1 hours << 96) | (100_000 << 120) | (666_666 << 144);
    uint256 private constant _MOST = 90 days | (30 days << 24) | (60 days << 48) | (60 days << 72) | (7 days << 96)
        | (1_000_000 << 120) | (1_000_000 << 144) | (60 << 168);
    uint256 private constant _SPONSORING_SECONDS = 1 hours; // to sign, at least, where sponsors are wanted

    /* CHANGED BY VOTE */

    /// @inheritdoc IConstitution
    function setLaw(uint8 class, Law calldata law) external onlySelf {
        _setLaw(class, law, block.timestamp);
    }

    /// @inheritdoc IConstitution
    function setCap(uint8 class, address asset, uint112 limit) external onlySelf {
        _setCap(class, asset, limit);
    }

    /// @inheritdoc IConstitution
    function setRow(uint8 role, bytes4 selector, bool strict) external onlySelf {
        if (_rowOf(role, selector) == Classes.CONSTITUTIONAL) revert NoSuchRow(role, selector);
        if (_strictRows[role][selector] != strict) {
            _strictRows[role][selector] = strict;
            if (strict) ++_wiring.strictRows;
            else --_wiring.strictRows;
        }
        emit RowSet(role, selector, strict);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IConstitution
    function strictRow(uint8 role, bytes4 selector) external view returns (bool) {
        return _strictRows[role][selector];
    }

    /// @inheritdoc IConstitution
    function lawAt(uint8 class, uint256 time) external view returns (Law memory) {
        _requireClass(class);
        return _lawAt(1 << class, time).unpack();
    }

    /// @inheritdoc IConstitution
    function bounds(uint8 class) external pure returns (Law memory, Law memory) {
        _requireClass(class);
        return (_least(class).unpack(), _MOST.unpack());
    }

    /// @inheritdoc IConstitution
    function cap(uint8 class, address asset) external view returns (Cap memory) {
        return _caps[class][asset];
    }

    /* INTERNAL */

    function _setLaw(uint8 class, Law calldata law, uint256 time) internal {
        _requireClass(class);
        uint256 word = LawWords.pack(law);
        uint256 least = _least(class);
        for (uint256 i; i < LawWords.FIELDS; ++i) {
            uint256 value = word.field(i);
            if (value < least.field(i) || value > _MOST.field(i)) {
                revert OutOfBounds(class, i, value, least.field(i), _MOST.field(i));
            }
        }
        if (law.sponsors != 0 && law.votingDelay < _SPONSORING_SECONDS) {
            revert OutOfBounds(class, 1, law.votingDelay, _SPONSORING_SECONDS, _MOST.votingDelay());
        }
        _laws[class].write(word, time);
        emit LawSet(class, law);
    }

    /// @dev Money is the one thing classes may move today, so only the spending class has caps.
    function _setCap(uint8 class, address asset, uint112 limit) internal {
        if (class != Classes.SPENDING) revert NoSuchClass(class);
        _caps[class][asset].limit = limit;
        emit CapSet(class, asset, limit);
    }

    function _least(uint8 class) private pure returns (uint256) {
        return class == Classes.CONSTITUTIONAL || class == Classes.EXPULSION ? _LEAST_OF_POWER : _LEAST;
    }

    function _requireClass(uint8 class) private pure {
        if (class >= Classes.COUNT) revert NoSuchClass(class);
    }
}
