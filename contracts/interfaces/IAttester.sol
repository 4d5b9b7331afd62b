// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IPersonhood} from "./IPersonhood.sol";

/// @title Persons to whom somebody whom the zone has named attests that they are one.
/// @notice The attester, an account or a contract (ERC-1271), signs EIP-712 data that names zone, key, nullifier and a deadline, in a domain of
/// this module on this chain. Anyone may carry it. A zone without an attester admits nobody this way.
interface IAttester is IPersonhood {
    event AttesterSet(address indexed zone, address indexed attester);

    /// @notice The zone has named nobody.
    error NoAttester(address zone);
    /// @notice The attestation was good until `deadline`, unix seconds.
    error AttestationExpired(uint256 deadline);
    /// @notice The attester of this zone did not sign this.
    error NotAttested(address zone, address key);

    /// @notice Names the attester of the caller, a zone by its vote; zero for none.
    function setAttester(address attester_) external;

    /// @notice Who attests for a zone; zero for nobody.
    function attester(address zone) external view returns (address);

    /// @notice What an attester signs: EIP-712 `Attestation(address zone,address key,bytes32 nullifier,uint256 deadline)`.
    /// @param deadline last second in which it counts, unix seconds
    function digest(address zone, address key, bytes32 nullifier, uint256 deadline) external view returns (bytes32);

    /// @notice EIP-712 type of an attestation.
    function ATTESTATION_TYPEHASH() external view returns (bytes32);

    /// @notice ERC-5267. The domain has name, version, chain and this contract, read at each use.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );
}
