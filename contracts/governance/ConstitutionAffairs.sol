// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "../interfaces/IConstitution.sol";
import {Classes} from "../libraries/Classes.sol";
import {History} from "../libraries/History.sol";
import {LawWords} from "../libraries/LawWords.sol";
import {Constitution} from "./Constitution.sol";

/// @title ConstitutionAffairs: how laws and caps are changed, inside bounds that are code.
abstract contract ConstitutionAffairs is IConstitution, Constitution {
    using History for History.Log;
    using LawWords for uint256;

    /* CHANGED BY VOTE */

    /// @inheritdoc IConstitution
    function setLaw(uint8 class, Law calldata law) external onlySelf {
        _setLaw(class, law, block.timestamp);
    }

    /// @inheritdoc IConstitution
    function setCap(uint8 class, address asset, uint112 limit) external onlySelf {
        _setCap(class, asset, limit);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IConstitution
    function lawAt(uint8 class, uint256 time) external view returns (Law memory) {
        _requireClass(class);
        return _lawAt(1 << class, time).unpack();
    }

    /// @inheritdoc IConstitution
    function bounds(uint8 class) external pure returns (Law memory, Law memory) {
        _requireClass(class);
        return (_least(class), _most());
    }

    /// @inheritdoc IConstitution
    function cap(uint8 class, address asset) external view returns (Cap memory) {
        return _caps[class][asset];
    }

    /* INTERNAL */

    function _setLaw(uint8 class, Law calldata law, uint256 time) internal {
        _requireClass(class);
        uint256 word = LawWords.pack(law);
        uint256 least = LawWords.pack(_least(class));
        uint256 most = LawWords.pack(_most());
        for (uint256 i; i < LawWords.FIELDS; ++i) {
            uint256 value = word.field(i);
            if (value < least.field(i) || value > most.field(i)) {
                revert OutOfBounds(class, i, value, least.field(i), most.field(i));
            }
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

    /// @dev Nothing that moves power passes with less than two thirds and a day's notice.
    function _least(uint8 class) private pure returns (Law memory) {
        return class == Classes.CONSTITUTIONAL || class == Classes.EXPULSION
            ? Law(1 hours, 1 minutes, 1 hours, 1 days, 1 hours, 100_000, 666_666)
            : Law(1 hours, 1 minutes, 1 hours, 1 minutes, 1 hours, 10_000, 500_000);
    }

    function _most() private pure returns (Law memory) {
        return Law(90 days, 30 days, 60 days, 60 days, 7 days, 1_000_000, 1_000_000);
    }

    function _requireClass(uint8 class) private pure {
        if (class >= Classes.COUNT) revert NoSuchClass(class);
    }
}
