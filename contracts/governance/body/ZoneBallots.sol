// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";

import {IBallots} from "../../interfaces/IBallots.sol";
import {IDocument} from "../../interfaces/IDocument.sol";
import {IERC4824} from "../../interfaces/IERC4824.sol";
import {BodyStorage} from "./BodyStorage.sol";
import {CollectedBallots} from "../ballots/CollectedBallots.sol";
import {RepresentedVotes} from "../ballots/RepresentedVotes.sol";

/// @title ZoneBallots: the third part of a body's code: ballots that arrive by signature, in batches, as aggregates, or by
/// representatives.
/// @dev Runs on the storage of a body behind the fallback of Zone, never on its own. It needs no factory, so that bodies of every factory
/// can run it.
contract ZoneBallots is IDocument, CollectedBallots, RepresentedVotes {
    /* CONSTANTS */

    /// @dev `IGovernor` of OpenZeppelin 5.0 to 5.2, and since 5.3 with `getProposalId`.
    bytes4 private constant _GOVERNOR = 0x65455a86;
    bytes4 private constant _GOVERNOR_WITH_ID = 0xcdbdfcee;

    constructor() BodyStorage(address(0)) {}

    /* CHANGED BY VOTE */

    /// @inheritdoc IDocument
    function setDaoURI(string calldata uri) external onlySelf {
        _daoURI = uri;
        emit DAOURIUpdate(address(this), uri);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IERC4824
    function daoURI() external view returns (string memory) {
        return _daoURI;
    }

    /// @inheritdoc IBallots
    function getProposalId(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external pure returns (uint256) {
        return uint256(keccak256(abi.encode(targets, values, calldatas, descriptionHash)));
    }

    /// @inheritdoc IBallots
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == _GOVERNOR || interfaceId == _GOVERNOR_WITH_ID || interfaceId == type(IERC4824).interfaceId
            || interfaceId == type(IERC6372).interfaceId || interfaceId == type(IERC165).interfaceId;
    }
}
