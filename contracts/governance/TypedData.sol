// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {BodyStorage} from "./body/BodyStorage.sol";

/// @title TypedData: what is signed for a body (EIP-712), and who signed.
abstract contract TypedData is BodyStorage {
    bytes32 private constant _DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant _VERSION_HASH = keccak256("1");

    /// @dev Computed at each use: the code is shared by all bodies, and a chain may split.
    function _domain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(_DOMAIN_TYPEHASH, keccak256(bytes(_name)), _VERSION_HASH, block.chainid, address(this))
        );
    }

    function _digest(bytes32 domain, bytes32 content) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, content));
    }

    /// @dev A key may sign even when code stands at its address (EIP-7702), so ECDSA comes first.
    function _hasSigned(address account, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (address signer, ECDSA.RecoverError problem,) = ECDSA.tryRecover(digest, signature);
        return problem == ECDSA.RecoverError.NoError && signer == account
            || SignatureChecker.isValidERC1271SignatureNow(account, digest, signature);
    }
}
