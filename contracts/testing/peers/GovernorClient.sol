// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";

/// What a client that knows OpenZeppelin's `IGovernor` and nothing else has of a body: its ABI and interface id.
contract GovernorClient {
    function interfaceId() external pure returns (bytes4) {
        return type(IGovernor).interfaceId;
    }
}

interface GovernorFace is IGovernor {}
