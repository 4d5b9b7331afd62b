// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The freezes of a body as the values of a `History`: one word tells of all freezes up to the newest.
/// @dev Seconds frozen before the newest freeze 0-39 | its begin 40-79 | its end 80-119; times in unix seconds.
library FreezeWords {
    uint256 private constant _BITS = 40;

    function pack(uint256 before, uint256 begin, uint256 end_) internal pure returns (uint256) {
        return before | (begin << _BITS) | (end_ << (2 * _BITS));
    }

    function end(uint256 word) internal pure returns (uint256) {
        return uint40(word >> (2 * _BITS));
    }

    /// @notice Seconds frozen up to `time`, which is not before the newest freeze in the word.
    function total(uint256 word, uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 until = end(word);
            return uint40(word) + (until < time ? until : time) - uint40(word >> _BITS);
        }
    }
}
