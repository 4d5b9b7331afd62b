// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title How many one person may represent.
library Representatives {
    /// So many in the smallest community.
    uint256 private constant _LEAST = 5;
    /// One in so many in a large one.
    uint256 private constant _SHARE = 50;

    /// @notice Followers that one representative may have among `heads` persons: a fiftieth of them, but at least five.
    function most(uint256 heads) internal pure returns (uint256) {
        return heads / _SHARE > _LEAST ? heads / _SHARE : _LEAST;
    }
}
