// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {IAttester} from "../../interfaces/IAttester.sol";
import {IPersonhood} from "../../interfaces/IPersonhood.sol";

/// @title Attester: persons to whom somebody whom the zone has named attests that they are one.
contract Attester is IAttester {
    /* CONSTANTS */

    /// @inheritdoc IAttester
    bytes32 public constant ATTESTATION_TYPEHASH =
        keccak256("Attestation(address zone,address key,bytes32 nullifier,uint256 deadline)");

    bytes32 private constant _DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    string private constant _NAME = "zonedao attestations";
    string private constant _VERSION = "1";

    /* STORAGE */

    /// @inheritdoc IAttester
    mapping(address zone => address) public attester;

    /* CHANGED BY ZONES */

    /// @inheritdoc IAttester
    function setAttester(address attester_) external {
        attester[msg.sender] = attester_;
        emit AttesterSet(msg.sender, attester_);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IPersonhood
    /// @param proof abi.encode(bytes32 nullifier, uint256 deadline, bytes signature)
    function prove(address key, bytes calldata proof) external view returns (bytes32) {
        (bytes32 nullifier, uint256 deadline, bytes memory signature) = abi.decode(proof, (bytes32, uint256, bytes));
        address attester_ = attester[msg.sender];
        if (attester_ == address(0)) revert NoAttester(msg.sender);
        if (block.timestamp > deadline) revert AttestationExpired(deadline);
        bytes32 signed = digest(msg.sender, key, nullifier, deadline);
        if (!SignatureChecker.isValidSignatureNow(attester_, signed, signature)) revert NotAttested(msg.sender, key);
        return nullifier;
    }

    /// @inheritdoc IPersonhood
    function kind() external pure returns (string memory) {
        return "attester";
    }

    /// @inheritdoc IAttester
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        return (hex"0f", _NAME, _VERSION, block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    /// @inheritdoc IAttester
    /// @dev Computed at each use, because a chain may split.
    function digest(address zone, address key, bytes32 nullifier, uint256 deadline) public view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                _DOMAIN_TYPEHASH, keccak256(bytes(_NAME)), keccak256(bytes(_VERSION)), block.chainid, address(this)
            )
        );
        bytes32 content = keccak256(abi.encode(ATTESTATION_TYPEHASH, zone, key, nullifier, deadline));
        return keccak256(abi.encodePacked(hex"1901", domain, content));
    }
}
