// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// A zone, its stores and its treasury in one, which answers whatever it is asked with its own address, unless it was told to
/// answer zero, to refuse, to burn all gas, to flood the caller with data, or to call somebody meanwhile.
contract HostileParty {
    enum Manner {
        Answer,
        Zero,
        Refuse,
        Burn,
        Flood,
        Call
    }

    struct Conduct {
        Manner manner;
        address target;
        bytes data;
    }

    error Refused(bytes4 asked);

    event Called(bytes4 indexed during, bool success, bytes returned);

    mapping(bytes4 asked => Conduct) private _conduct;

    receive() external payable {}

    /// What to do when asked for `asked`; target and data are used to call somebody.
    function behave(bytes4 asked, Manner manner, address target, bytes calldata data) external {
        _conduct[asked] = Conduct(manner, target, data);
    }

    /// Calls as itself.
    function act(address target, bytes calldata data) external payable returns (bytes memory) {
        (bool success, bytes memory returned) = target.call{value: msg.value}(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
        return returned;
    }

    fallback() external payable {
        Conduct storage conduct = _conduct[msg.sig];
        if (conduct.manner == Manner.Refuse) revert Refused(msg.sig);
        if (conduct.manner == Manner.Burn) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (conduct.manner == Manner.Flood) {
            assembly ("memory-safe") {
                return(0, 1000000)
            }
        }
        if (conduct.manner == Manner.Call) {
            (bool success, bytes memory returned) = conduct.target.call(conduct.data);
            emit Called(msg.sig, success, returned);
        }
        uint256 answer = conduct.manner == Manner.Zero ? 0 : uint160(address(this));
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, 32)
        }
    }
}
