// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title How many persons a body has, and over how many of them its quorums count: one value of a `History`.
/// @dev Members 0-31 | base 32-63 (persons) | first second for which the base is no longer good 64-103 (unix seconds, 0: nothing was
/// counted). Who comes counts in the base; who goes is not taken out of it, as nobody kept whether they were counted.
library Headcounts {
    uint256 private constant _BASE = 32;
    uint256 private constant _UNTIL = 64;

    function heads(uint256 word) internal pure returns (uint256) {
        return uint32(word);
    }

    function until(uint256 word) internal pure returns (uint256) {
        return word >> _UNTIL;
    }

    /// @notice Over how many persons the quorum of a proposal of `time` counts: all, where no count is good then.
    function base(uint256 word, uint256 time) internal pure returns (uint256 persons) {
        persons = uint32(word);
        if (time < word >> _UNTIL && uint32(word >> _BASE) < persons) persons = uint32(word >> _BASE);
    }

    /// @notice With so many persons more.
    function grown(uint256 word, uint256 persons) internal pure returns (uint256) {
        return word + persons + (until(word) == 0 ? 0 : persons << _BASE);
    }

    function pack(uint256 heads_, uint256 base_, uint256 until_) internal pure returns (uint256) {
        return heads_ | (base_ << _BASE) | (until_ << _UNTIL);
    }
}
