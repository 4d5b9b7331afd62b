// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// OpenZeppelin's timelock, which holds the money of a peer; the roles are given after the governor exists.
contract PeerTimelock is TimelockController {
    constructor(uint256 minDelay, address admin) TimelockController(minDelay, new address[](0), new address[](0), admin) {}
}
