// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IRepresentation} from "../../interfaces/IRepresentation.sol";
import {MembershipToken} from "./MembershipToken.sol";
import {Representation} from "./Representation.sol";

/// @title SignedDelegation: representatives named by signature, as OpenZeppelin's Votes has it.
abstract contract SignedDelegation is MembershipToken, Representation {
    /* CONSTANTS */

    /// @inheritdoc IRepresentation
    bytes32 public constant DELEGATION_TYPEHASH =
        keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)");

    bytes32 private constant _DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    string private constant _VERSION = "1";

    /* CHANGED BY ANYONE */

    /// @inheritdoc IRepresentation
    function delegateBySig(address delegatee, uint256 nonce, uint256 expiry, uint8 v, bytes32 r, bytes32 s) external {
        if (block.timestamp > expiry) revert VotesExpiredSignature(expiry);
        bytes32 content = keccak256(abi.encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domain(), content));
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecover(digest, v, r, s);
        if (problem != ECDSA.RecoverError.NoError) revert ECDSAInvalidSignature();
        uint256 current = _delegationNonces[signer];
        if (nonce != current) revert InvalidAccountNonce(signer, current);
        _delegationNonces[signer] = current + 1;
        _delegate(signer, delegatee);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IRepresentation
    function nonces(address owner) external view returns (uint256) {
        return _delegationNonces[owner];
    }

    /// @inheritdoc IRepresentation
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        return (hex"0f", name(), _VERSION, block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    /* INTERNAL */

    /// @dev Computed at each use: the code is shared by all registries, and a chain may split.
    function _domain() private view returns (bytes32) {
        return keccak256(
            abi.encode(
                _DOMAIN_TYPEHASH, keccak256(bytes(name())), keccak256(bytes(_VERSION)), block.chainid, address(this)
            )
        );
    }
}
