// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {StvCount} from "../governance/elections/StvCount.sol";

/// Counts ballots that nobody cast.
contract StvProbe {
    function count(uint256[] calldata stages, uint256[] calldata ballots, uint256 candidates, uint256 seats)
        external
        pure
        returns (uint256 winners, uint256[] memory sums)
    {
        sums = new uint256[]((stages.length + 1) * candidates);
        StvCount.replay(stages, sums, ballots, candidates);
        winners = StvCount.elected(stages, sums, candidates, seats, ballots.length);
    }
}
