// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title SharedCode: a contract whose code is in several places on one storage.
/// @dev Only ever with addresses that were fixed when the code was made; see DESIGN 5 on delegatecall.
abstract contract SharedCode {
    /// @dev Runs the present call in another part of this contract's own code, and ends it as that part does.
    function _passOnTo(address part) internal {
        assembly ("memory-safe") {
            let memoryStart := mload(64)
            calldatacopy(memoryStart, 0, calldatasize())
            let success := delegatecall(gas(), part, memoryStart, calldatasize(), 0, 0)
            returndatacopy(memoryStart, 0, returndatasize())
            if iszero(success) { revert(memoryStart, returndatasize()) }
            return(memoryStart, returndatasize())
        }
    }
}
