// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IZone} from "../interfaces/IZone.sol";

/// Keeps what the body that calls says about its execution.
contract ExecutionWitness {
    uint256 public calls;
    address public caller;
    uint256 public proposal;
    uint256 public queuedAt;
    bool public drawn;

    function see() external {
        ++calls;
        caller = msg.sender;
        (proposal, queuedAt, drawn) = IZone(msg.sender).execution();
    }
}
