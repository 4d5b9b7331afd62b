// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallotVerifier} from "../interfaces/IBallotVerifier.sol";

/// Asks a verifier inside a transaction, as a body would, so that what it costs is in a receipt.
contract VerifierCaller {
    IBallotVerifier public immutable verifier;
    uint256 public verified;

    constructor(IBallotVerifier verifier_) {
        verifier = verifier_;
    }

    function verify(
        address registry,
        uint256 snapshot,
        bytes32[3] calldata digests,
        uint256 hint,
        uint256[] calldata words,
        uint256[] calldata proof
    ) external {
        verifier.verify(registry, snapshot, digests, hint, words, proof);
        ++verified;
    }

    /// Several calls in one second.
    function together(bytes[] calldata calls) external {
        for (uint256 i; i < calls.length; ++i) {
            (bool done,) = address(verifier).call(calls[i]);
            require(done);
        }
    }

    /// With only so much gas; whether it went through.
    function verifyWith(uint256 gas_, bytes calldata call) external view returns (bool done, bytes memory returned) {
        return address(verifier).staticcall{gas: gas_}(call);
    }
}
