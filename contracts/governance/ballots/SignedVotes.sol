// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallots} from "../../interfaces/IBallots.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {Ballots} from "./Ballots.sol";
import {TypedData} from "../TypedData.sol";

/// @title SignedVotes: votes that carry the voter's signature, and what is signed.
abstract contract SignedVotes is IBallots, Ballots, TypedData {
    /* CONSTANTS */

    /// @inheritdoc IBallots
    bytes32 public constant BALLOT_TYPEHASH =
        keccak256("Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)");
    /// @inheritdoc IBallots
    bytes32 public constant EXTENDED_BALLOT_TYPEHASH =
        keccak256("ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)");
    /// @inheritdoc IBallots
    bytes32 public constant BATCH_BALLOT_TYPEHASH = keccak256("Ballot(uint256 proposalId,uint8 support,bytes32 choice)");

    /* VOTES */

    /// @inheritdoc IBallots
    function castVoteBySig(uint256 proposalId, uint8 support, address voter, bytes calldata signature)
        external
        returns (uint256)
    {
        _requireSigned(
            voter, keccak256(abi.encode(BALLOT_TYPEHASH, proposalId, support, voter, _nonces[voter]++)), signature
        );
        _count(voter, proposalId, support);
        emit IZone.VoteCast(voter, proposalId, support, 1, "");
        return 1;
    }

    /// @inheritdoc IBallots
    function castVoteWithReasonAndParamsBySig(
        uint256 proposalId,
        uint8 support,
        address voter,
        string calldata reason,
        bytes calldata params,
        bytes calldata signature
    ) external returns (uint256) {
        bytes32 content = keccak256(
            abi.encode(
                EXTENDED_BALLOT_TYPEHASH,
                proposalId,
                support,
                voter,
                _nonces[voter]++,
                keccak256(bytes(reason)),
                keccak256(params)
            )
        );
        _requireSigned(voter, content, signature);
        if (params.length != 0) revert IZone.GovernorInvalidVoteParams();
        _count(voter, proposalId, support);
        emit IZone.VoteCast(voter, proposalId, support, 1, reason);
        return 1;
    }

    /// @inheritdoc IBallots
    function castVoteWithReasonAndParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256) {
        if (params.length != 0) revert IZone.GovernorInvalidVoteParams();
        _count(msg.sender, proposalId, support);
        emit IZone.VoteCast(msg.sender, proposalId, support, 1, reason);
        return 1;
    }

    /* READ BY ANYONE */

    /// @inheritdoc IBallots
    function nonces(address owner) external view returns (uint256) {
        return _nonces[owner];
    }

    /// @inheritdoc IBallots
    function eip712Domain()
        external
        view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        return (hex"0f", _name, "1", block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    /* INTERNAL */

    /// @dev What the persons of a batch or an aggregate sign, by choice.
    function _batchDigests(uint256 proposalId) internal view returns (bytes32[3] memory digests) {
        bytes32 domain = _domain();
        bytes32 typehash = BATCH_BALLOT_TYPEHASH;
        // As `_digest` and `abi.encode` do it, but in memory that is used again for each choice.
        assembly ("memory-safe") {
            let form := mload(64)
            mstore(form, typehash)
            mstore(add(form, 32), proposalId)
            mstore(add(form, 96), 0) // choice
            mstore(add(form, 128), 0x1901)
            mstore(add(form, 160), domain)
            for { let support := 0 } lt(support, 3) { support := add(support, 1) } {
                mstore(add(form, 64), support)
                mstore(add(form, 192), keccak256(form, 128))
                mstore(add(digests, shl(5, support)), keccak256(add(form, 158), 66))
            }
        }
    }

    function _requireSigned(address voter, bytes32 content, bytes calldata signature) internal view {
        if (!_hasSigned(voter, _digest(_domain(), content), signature)) revert GovernorInvalidSignature(voter);
    }
}
