// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {Registry} from "../governance/registry/Registry.sol";
import {RegistryAffairs} from "../governance/registry/RegistryAffairs.sol";
import {Stores} from "../trade/Stores.sol";
import {Treasury} from "../treasury/Treasury.sol";

/// @dev The address depends on who asks, so that nobody can take the address another caller will need.
function saltOf(address caller, bytes32 salt) pure returns (bytes32) {
    return keccak256(abi.encode(caller, salt));
}

/// @title Creates registries by CREATE2.
/// @dev All registries share one other half.
contract RegistryDeployer {
    address private immutable _affairs = address(new RegistryAffairs());

    function deploy(bytes32 salt, address root) external returns (address) {
        return address(new Registry{salt: saltOf(msg.sender, salt)}(root, _affairs));
    }
}

/// @title Creates treasuries by CREATE2.
contract TreasuryDeployer {
    function deploy(bytes32 salt, address root, uint40 epochStart, uint32 epochSeconds) external returns (address) {
        return address(new Treasury{salt: saltOf(msg.sender, salt)}(root, msg.sender, epochStart, epochSeconds));
    }
}

/// @title Creates stores by CREATE2.
contract StoresDeployer {
    function deploy(
        bytes32 salt,
        address root,
        address registry,
        address tradePost,
        uint40 epochStart,
        uint32 epochSeconds,
        uint32 staleSeconds
    ) external returns (address) {
        return address(
            new Stores{salt: saltOf(msg.sender, salt)}(
                root, registry, tradePost, epochStart, epochSeconds, staleSeconds
            )
        );
    }
}
