// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IMembership} from "../interfaces/IMembership.sol";
import {IRegistry} from "../interfaces/IRegistry.sol";
import {ITreasury} from "../interfaces/ITreasury.sol";
import {IZone} from "../interfaces/IZone.sol";
import {Classes} from "../libraries/Classes.sol";
import {Hex} from "../libraries/Hex.sol";
import {History} from "../libraries/History.sol";
import {LawWords} from "../libraries/LawWords.sol";
import {ProposalWords} from "../libraries/ProposalWords.sol";
import {Roles} from "../libraries/Roles.sol";
import {Ballots} from "./Ballots.sol";
import {BodyStorage} from "./BodyStorage.sol";

/// @title Zone: proposals and votes of a body.
/// @dev One implementation for all bodies, used through EIP-1167 clones. What a body does rarely (birth, members, laws, modules,
/// reads) is in ZoneAffairs, which runs on the same storage behind the fallback; its address is fixed for ever.
contract Zone is IZone, Ballots {
    using History for History.Log;
    using LawWords for uint256;
    using ProposalWords for uint256;

    /* CONSTANTS */

    uint256 private constant _MOST_CALLS = 16;

    /* IMMUTABLES */

    address private immutable _affairs;

    constructor(address factory_, address affairs_) BodyStorage(factory_) {
        _affairs = affairs_;
    }

    /// @dev The other half of this body's own code.
    fallback() external {
        address affairs = _affairs;
        assembly ("memory-safe") {
            let memoryStart := mload(64)
            calldatacopy(memoryStart, 0, calldatasize())
            let success := delegatecall(gas(), affairs, memoryStart, calldatasize(), 0, 0)
            returndatacopy(memoryStart, 0, returndatasize())
            if iszero(success) { revert(memoryStart, returndatasize()) }
            return(memoryStart, returndatasize())
        }
    }

    /* PROPOSALS */

    /// @inheritdoc IZone
    function propose(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        string calldata description
    ) external returns (uint256 proposalId) {
        if (!_wiring.live) revert IMembership.NotLive();
        if (!_isValidDescriptionForProposer(msg.sender, description)) revert GovernorRestrictedProposer(msg.sender);
        _applyAllDepartures();
        uint256 classes = _checkCalls(targets, values, calldatas);
        proposalId = hashProposal(targets, values, calldatas, keccak256(bytes(description)));
        if (_ballots[proposalId] != 0) revert GovernorUnexpectedProposalState(proposalId, _state(proposalId), 0);
        uint256 ballot = _enter(proposalId, classes, _codeDigest(targets));
        _announce(proposalId, ballot, targets, values, calldatas, description);
        emit ProposalNumbered(_wiring.proposals, proposalId, classes, ballot.electorate());
    }

    /// @inheritdoc IZone
    function queue(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId) {
        proposalId = hashProposal(targets, values, calldatas, descriptionHash);
        uint256 law = _requireState(proposalId, ProposalState.Succeeded);
        uint256 lifecycle = _lifecycles[proposalId].withQueued(block.timestamp);
        uint256 classes = _ballots[proposalId].classes();
        _lifecycles[proposalId] = lifecycle;
        emit ProposalQueued(proposalId, block.timestamp + law.executionDelay());

        bool charged = classes & (1 << Classes.CONSTITUTIONAL) == 0;
        uint256 drawn;
        for (uint256 i; i < targets.length; ++i) {
            if (_takeUp(targets[i], calldatas[i], charged, lifecycle.number())) drawn |= 1 << i;
        }
        if (drawn != 0) _lifecycles[proposalId] = lifecycle.withDrawn(drawn);
    }

    /// @inheritdoc IZone
    function execute(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external payable returns (uint256 proposalId) {
        if (msg.value != 0) revert ValueNotZero(0);
        if (_context.executing != 0) revert ExecutionRunning(_context.executing);
        proposalId = hashProposal(targets, values, calldatas, descriptionHash);
        uint256 law = _requireState(proposalId, ProposalState.Queued);
        uint256 lifecycle = _lifecycles[proposalId];
        uint256 eta = lifecycle.queuedAt() + law.executionDelay();
        if (block.timestamp < eta) revert ProposalNotReady(proposalId, eta);
        if (_codeDigest(targets) != lifecycle.digest()) revert CodeChanged(proposalId);

        _lifecycles[proposalId] = lifecycle | ProposalWords.EXECUTED;
        _context.executing = uint32(lifecycle.number());
        _context.queuedAt = uint40(lifecycle.queuedAt());
        emit ProposalExecuted(proposalId);
        uint256 drawn = lifecycle.drawn();
        for (uint256 i; i < targets.length; ++i) {
            if (drawn != 0) _context.drawn = (drawn >> i) & 1 == 1;
            _run(targets[i], calldatas[i]);
        }
        if (drawn != 0) _context.drawn = false;
        _context.executing = 0;
        _context.queuedAt = 0;
    }

    /// @inheritdoc IZone
    function cancel(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId) {
        proposalId = hashProposal(targets, values, calldatas, descriptionHash);
        _requireState(proposalId, ProposalState.Pending);
        uint256 index = IRegistry(_wiring.registry).indexOf(msg.sender);
        if (index == 0 || index != _lifecycles[proposalId].proposer()) revert GovernorOnlyProposer(msg.sender);
        _ballots[proposalId] |= ProposalWords.CANCELED;
        emit ProposalCanceled(proposalId);
    }

    /// @inheritdoc IZone
    function releaseExpired(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId) {
        proposalId = hashProposal(targets, values, calldatas, descriptionHash);
        _requireState(proposalId, ProposalState.Expired);
        uint256 lifecycle = _lifecycles[proposalId];
        if (lifecycle.queuedAt() == 0 || lifecycle & ProposalWords.RELEASED != 0) revert NothingReserved(proposalId);
        bool charged = _ballots[proposalId].classes() & (1 << Classes.CONSTITUTIONAL) == 0;
        _lifecycles[proposalId] = lifecycle | ProposalWords.RELEASED;
        emit ReservationsReleased(lifecycle.number(), proposalId);

        for (uint256 i; i < targets.length; ++i) {
            (, Money memory money) = _classify(targets[i], calldatas[i]);
            if (money.amount != 0) _giveUp(ITreasury(targets[i]), money, charged, (lifecycle.drawn() >> i) & 1 == 1, lifecycle);
        }
    }

    /// @inheritdoc IZone
    function execution() external view returns (uint256, uint256, bool) {
        Context memory context = _context;
        return (context.executing, context.queuedAt, context.drawn);
    }

    /// @inheritdoc IZone
    function hashProposal(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(targets, values, calldatas, descriptionHash)));
    }

    /* VOTES */

    /// @inheritdoc IZone
    function castVote(uint256 proposalId, uint8 support) external returns (uint256) {
        _count(proposalId, support);
        emit VoteCast(msg.sender, proposalId, support, 1, "");
        return 1;
    }

    /// @inheritdoc IZone
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason) external returns (uint256) {
        _count(proposalId, support);
        emit VoteCast(msg.sender, proposalId, support, 1, reason);
        return 1;
    }

    /// @inheritdoc IZone
    function castVoteWithReasonAndParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256) {
        if (params.length != 0) revert GovernorInvalidVoteParams();
        _count(proposalId, support);
        emit VoteCast(msg.sender, proposalId, support, 1, reason);
        return 1;
    }

    /* TREE AND MODULES */

    /// @inheritdoc IZone
    function root() external view returns (address) {
        return _root();
    }

    /// @inheritdoc IZone
    function treasury() external view returns (address) {
        return _module(Roles.TREASURY);
    }

    /// @inheritdoc IZone
    function module(uint8 role) external view returns (address) {
        return _module(role);
    }

    /// @inheritdoc IZone
    function roleOf(address target) external view returns (uint8) {
        return _roleOf(target);
    }

    /* READS */

    /// @inheritdoc IZone
    function state(uint256 proposalId) external view returns (ProposalState) {
        return _state(proposalId);
    }

    /// @inheritdoc IZone
    function classOf(address target, bytes calldata data) external view returns (uint8 class) {
        (class,) = _classify(target, data);
    }

    /* INTERNAL */

    /// @dev Classes of the calls, a bit each.
    function _checkCalls(address[] calldata targets, uint256[] calldata values, bytes[] calldata calldatas)
        private
        view
        returns (uint256 classes)
    {
        uint256 length = targets.length;
        if (length == 0 || length != values.length || length != calldatas.length) {
            revert GovernorInvalidProposalLength(length, calldatas.length, values.length);
        }
        if (length > _MOST_CALLS) revert TooManyCalls(length, _MOST_CALLS);
        for (uint256 i; i < length; ++i) {
            if (values[i] != 0) revert ValueNotZero(i);
            (uint8 class,) = _classify(targets[i], calldatas[i]);
            classes |= 1 << class;
        }
    }

    /// @dev Writes the two words of a new proposal by the caller, under the law and the electorate of a second ago.
    function _enter(uint256 proposalId, uint256 classes, uint256 digest) private returns (uint256 ballot) {
        uint256 snapshot = block.timestamp - 1;
        uint256 law = _lawAt(classes, snapshot);
        uint256 proposer = IRegistry(_wiring.registry).indexOf(msg.sender);
        if (!_isElector(proposer, snapshot, law.seasoning())) revert GovernorInsufficientProposerVotes(msg.sender, 0, 1);
        ballot = ProposalWords.packBallot(
            _headcount.at(snapshot), block.timestamp, law.votingDelay(), law.votingPeriod(), law.seasoning(), classes
        );
        _ballots[proposalId] = ballot;
        _lifecycles[proposalId] = ProposalWords.packLifecycle(proposer, ++_wiring.proposals, digest);
    }

    /// @dev The event of OpenZeppelin's Governor; its nine fields need their own stack.
    function _announce(
        uint256 proposalId,
        uint256 ballot,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description
    ) private {
        emit ProposalCreated(
            proposalId,
            msg.sender,
            targets,
            values,
            new string[](targets.length),
            calldatas,
            ballot.voteStart(),
            ballot.voteEnd(),
            description
        );
    }

    /// @dev Charges the cap and reserves the money of one call; says whether an allowance pays.
    function _takeUp(address target, bytes calldata data, bool charged, uint256 number) private returns (bool) {
        (, Money memory money) = _classify(target, data);
        if (money.amount == 0) return false;
        bool drawn;
        uint256 epoch;
        if (money.reserved) (drawn, epoch) = ITreasury(target).reserve(money.asset, money.amount, number);
        else epoch = ITreasury(target).epochAt(block.timestamp);
        if (charged) _chargeCap(money.asset, money.amount, epoch);
        return drawn;
    }

    /// @dev Undoes `_takeUp` for one call of an expired proposal.
    function _giveUp(ITreasury vault, Money memory money, bool charged, bool drawn, uint256 lifecycle) private {
        uint256 queuedAt = lifecycle.queuedAt();
        if (charged) _creditCap(money.asset, money.amount, vault.epochAt(queuedAt));
        if (money.reserved) vault.release(money.asset, money.amount, drawn, queuedAt, lifecycle.number());
    }

    /// @dev 128 bits over the code hashes of all targets; a target without code counts as such.
    function _codeDigest(address[] calldata targets) private view returns (uint256) {
        bytes32[] memory hashes = new bytes32[](targets.length);
        for (uint256 i; i < targets.length; ++i) {
            hashes[i] = targets[i].code.length == 0 ? bytes32(0) : targets[i].codehash;
        }
        return uint256(keccak256(abi.encodePacked(hashes))) >> 128;
    }

    function _requireState(uint256 proposalId, ProposalState expected) private view returns (uint256 law) {
        ProposalState current;
        (current, law) = _standing(proposalId);
        if (current != expected) revert GovernorUnexpectedProposalState(proposalId, current, _one(expected));
    }

    /// @dev A description ending in "#proposer=0x…" can be proposed by that account only (OpenZeppelin Governor 4.9 and later).
    function _isValidDescriptionForProposer(address proposer, string calldata description) private pure returns (bool) {
        bytes calldata text = bytes(description);
        if (text.length < 52) return true;
        bytes calldata suffix = text[text.length - 52:];
        if (bytes12(suffix) != bytes12("#proposer=0x")) return true;
        return Hex.isNoOtherAddress(suffix[12:], proposer);
    }
}
