// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IMembership} from "../../interfaces/IMembership.sol";
import {Headcounts} from "../../libraries/Headcounts.sol";
import {Membership} from "./Membership.sol";

/// @title MembershipReads: what can be read of who belongs to a body.
abstract contract MembershipReads is IMembership, Membership {
    using Headcounts for uint256;

    /// @inheritdoc IMembership
    function registry() external view returns (address) {
        return _wiring.registry;
    }

    /// @inheritdoc IMembership
    function parent() external view returns (address) {
        return _context.parent;
    }

    /// @inheritdoc IMembership
    function depth() external view returns (uint256) {
        return _wiring.depth;
    }

    /// @inheritdoc IMembership
    function isMember(uint256 index) external view returns (bool) {
        return (_membersAt(index >> 8, block.timestamp) >> (index & 255)) & 1 == 1;
    }

    /// @inheritdoc IMembership
    function membersAt(uint256 word, uint256 time) external view returns (uint256) {
        return _membersAt(word, time);
    }

    /// @inheritdoc IMembership
    function headcountAt(uint256 time) external view returns (uint256) {
        return _headcountWordAt(time).heads();
    }

    /// @inheritdoc IMembership
    function departuresSeen() external view returns (uint256) {
        return _wiring.departuresSeen;
    }
}
