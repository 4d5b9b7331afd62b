// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IOversight} from "../../interfaces/IOversight.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {FreezeWords} from "../../libraries/FreezeWords.sol";
import {History} from "../../libraries/History.sol";
import {Ballots} from "../ballots/Ballots.sol";

/// @title UnderParent: what every measure of a parent needs: who may, by which proposal, and for how long the body was frozen.
abstract contract UnderParent is Ballots {
    using FreezeWords for uint256;
    using History for History.Log;

    /// @dev A zone has no parent, and nobody calls from the zero address.
    modifier onlyParent() {
        if (msg.sender != _context.parent) revert IOversight.OnlyParent(msg.sender);
        _;
    }

    /// @dev Seconds that the body was frozen up to `time`, or will have been if nothing changes.
    function _frozenTotal(uint256 time) internal view returns (uint256) {
        return _freezes.at(time).total(time);
    }

    /// @dev When the newest freeze ends or ended, 0 if there was none.
    function _frozenUntil() internal view returns (uint256) {
        return _freezes.latest().end();
    }

    /// @dev Number of the caller's proposal that is running, 0 for none.
    function _origin() internal view returns (uint256 proposal) {
        (proposal,,) = IZone(msg.sender).execution();
    }
}
