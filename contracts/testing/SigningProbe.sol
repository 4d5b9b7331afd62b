// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {ZoneBallots} from "../governance/body/ZoneBallots.sol";

/// What a body of a name has its members sign, at an address that depends on no code.
contract SigningProbe is ZoneBallots {
    constructor(string memory name_) {
        _name = name_;
    }

    function domainSeparator() external view returns (bytes32) {
        return _domain();
    }

    function batchDigests(uint256 proposalId) external view returns (bytes32[3] memory) {
        return _batchDigests(proposalId);
    }

    function digestOf(bytes32 content) external view returns (bytes32) {
        return _digest(_domain(), content);
    }
}
