// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC4824} from "./IERC4824.sol";

/// @title The document about a body: read as ERC-4824 has it, set by vote.
interface IDocument is IERC4824 {
    /// @notice Names another place for the document about this body (ERC-4824); empty for none. By constitutional vote only.
    function setDaoURI(string calldata uri) external;
}
