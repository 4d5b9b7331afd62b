// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IKeyRecovery} from "../../interfaces/IKeyRecovery.sol";
import {Enrolment} from "./Enrolment.sol";
import {KeyRecovery} from "./KeyRecovery.sol";
import {SignedDelegation} from "./SignedDelegation.sol";

/// @title RegistryAffairs: the other half of a registry's code: keys, recoveries, proofs, representatives, compaction, the face for
/// generic clients.
/// @dev Runs on the storage of a registry behind the fallback of Registry, never on its own.
contract RegistryAffairs is KeyRecovery, Enrolment, SignedDelegation {
    /// @inheritdoc IKeyRecovery
    function compact(uint256 word) external {
        uint256 last = _count;
        uint256 size = last == 0 || last >> 8 < word ? 0 : _least(last - (word << 8) + 1, 256);
        (bytes memory draft, uint256 gone) = _fold(word, size, size);
        if (_pages[word].size == size && _loose[word] == gone) revert NothingToCompact(word);
        _publish(word, draft, size, gone);
    }
}
