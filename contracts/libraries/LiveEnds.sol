// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title When the votes on a person's newest proposals end: three places in one word, 40 bits each, unix seconds, 0 free.
/// @dev A place whose time is past is free too; nobody needs to clear it.
library LiveEnds {
    /// Live proposals that one person may have in a body.
    uint256 internal constant MOST = 3;
    uint256 private constant _BITS = 40;
    uint256 private constant _TIME = (1 << _BITS) - 1;

    /// @notice Takes the place that is free first for a vote that ends at `end`; `earliest` is what stood there.
    function take(uint256 word, uint256 end) internal pure returns (uint256 taken, uint256 earliest) {
        unchecked {
            uint256 place;
            earliest = word & _TIME;
            for (uint256 shift = _BITS; shift < MOST * _BITS; shift += _BITS) {
                uint256 time = (word >> shift) & _TIME;
                if (time < earliest) (earliest, place) = (time, shift);
            }
            taken = word ^ ((earliest ^ end) << place);
        }
    }

    /// @notice Frees a place whose vote would have ended at `end`.
    function free(uint256 word, uint256 end) internal pure returns (uint256) {
        return move(word, end, 0);
    }

    /// @notice Moves the end of a vote that is in it from `end` to `later`.
    function move(uint256 word, uint256 end, uint256 later) internal pure returns (uint256) {
        unchecked {
            for (uint256 shift; shift < MOST * _BITS; shift += _BITS) {
                if ((word >> shift) & _TIME == end) return word ^ ((end ^ later) << shift);
            }
        }
        return word;
    }

    /// @notice How many have not ended at `time`.
    function count(uint256 word, uint256 time) internal pure returns (uint256 live) {
        unchecked {
            for (uint256 shift; shift < MOST * _BITS; shift += _BITS) {
                if ((word >> shift) & _TIME >= time) ++live;
            }
        }
    }
}
