// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title A small value with its past: read as of any moment, written at most once per timestamp.
/// @notice One slot holds the newest value together with the time it began and the number of values before it, so that
/// reading something that has not changed since the moment asked for costs one storage read.
/// @dev Layout of a word: value (bits 0-183) | time it began (184-223, unix seconds) | values before it (224-255).
library History {
    struct Log {
        uint256 head;
        mapping(uint256 revision => uint256) past;
    }

    uint256 private constant _TIME = 184;
    uint256 private constant _REVISION = 224;
    uint256 private constant _VALUE_MASK = (1 << 184) - 1;

    /// @notice The newest value; 0 when nothing was written.
    function latest(Log storage log) internal view returns (uint256) {
        return log.head & _VALUE_MASK;
    }

    /// @notice The newest value and since when it is in force.
    function newest(Log storage log) internal view returns (uint256 value, uint256 since) {
        uint256 word = log.head;
        return (word & _VALUE_MASK, uint40(word >> _TIME));
    }

    /// @notice The value in force at `time`; 0 before the first.
    /// @dev Steps back by one, two, four … revisions, then bisects: what is asked for is nearly always recent.
    function at(Log storage log, uint256 time) internal view returns (uint256) {
        uint256 word = log.head;
        if (uint40(word >> _TIME) <= time) return word & _VALUE_MASK;
        unchecked {
            uint256 high = word >> _REVISION; // first revision known to begin after `time`
            uint256 low = high;
            for (uint256 step = 1; low != 0; step <<= 1) {
                low = low > step ? low - step : 0;
                word = log.past[low];
                if (uint40(word >> _TIME) <= time) break;
                high = low;
            }
            if (uint40(word >> _TIME) > time) return 0;
            while (low + 1 < high) {
                uint256 middle = (low + high) >> 1;
                uint256 candidate = log.past[middle];
                if (uint40(candidate >> _TIME) <= time) (low, word) = (middle, candidate);
                else high = middle;
            }
        }
        return word & _VALUE_MASK;
    }

    /// @notice Makes `value` the newest from `time` on; `time` is never before the newest.
    function write(Log storage log, uint256 value, uint256 time) internal {
        uint256 head = log.head;
        uint256 revision = head >> _REVISION;
        if (head != 0 && uint40(head >> _TIME) != time) {
            log.past[revision] = head;
            ++revision;
        }
        log.head = value | (time << _TIME) | (revision << _REVISION);
    }
}
