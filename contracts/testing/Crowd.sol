// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

/// Does what it is told.
contract Puppet {
    function act(address target, bytes calldata data) external {
        (bool success, bytes memory returned) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
    }
}

/// Hundreds of persons in one contract, so that a test of many voters costs one transaction.
contract Crowd {
    address private immutable _puppet = address(new Puppet());
    uint256 public size;

    function grow(uint256 by) external {
        for (uint256 i = size; i < size + by; ++i) {
            Clones.cloneDeterministic(_puppet, bytes32(i));
        }
        size += by;
    }

    /// The same call by `amount` of them, from number `first` on.
    function act(uint256 first, uint256 amount, address target, bytes calldata data) external {
        for (uint256 i = first; i < first + amount; ++i) {
            Puppet(at(i)).act(target, data);
        }
    }

    function at(uint256 number) public view returns (address) {
        return Clones.predictDeterministicAddress(_puppet, bytes32(number));
    }

    function all() external view returns (address[] memory addresses) {
        addresses = new address[](size);
        for (uint256 i; i < size; ++i) {
            addresses[i] = at(i);
        }
    }
}
