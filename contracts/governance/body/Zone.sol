// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBallots} from "../../interfaces/IBallots.sol";
import {IConstitution} from "../../interfaces/IConstitution.sol";
import {IDocument} from "../../interfaces/IDocument.sol";
import {IERC4824} from "../../interfaces/IERC4824.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IOversight} from "../../interfaces/IOversight.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {IRepresentedVotes} from "../../interfaces/IRepresentedVotes.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {Classes} from "../../libraries/Classes.sol";
import {FreezeWords} from "../../libraries/FreezeWords.sol";
import {Headcounts} from "../../libraries/Headcounts.sol";
import {Hex} from "../../libraries/Hex.sol";
import {History} from "../../libraries/History.sol";
import {LiveEnds} from "../../libraries/LiveEnds.sol";
import {LawWords} from "../../libraries/LawWords.sol";
import {ProposalWords} from "../../libraries/ProposalWords.sol";
import {Roles} from "../../libraries/Roles.sol";
import {Ballots} from "../ballots/Ballots.sol";
import {BodyStorage} from "./BodyStorage.sol";
import {SharedCode} from "../SharedCode.sol";

/// @title Zone: proposals and votes of a body.
/// @dev One implementation for all bodies, used through EIP-1167 clones. Ballots that arrive by signature or in batches are in
/// ZoneBallots, what a body does rarely (birth, laws, modules, reads) is in ZoneAffairs and, behind it, ZoneMembers; all run on the
/// same storage behind the fallback, and their addresses are fixed for ever.
contract Zone is IZone, Ballots, SharedCode {
    using FreezeWords for uint256;
    using Headcounts for uint256;
    using History for History.Log;
    using LawWords for uint256;
    using LiveEnds for uint256;
    using ProposalWords for uint256;

    /* CONSTANTS */

    uint256 private constant _MOST_CALLS = 16;
    bytes32 private constant _NO_CODE = keccak256("");

    /* IMMUTABLES */

    address private immutable _affairsPart;
    address private immutable _ballotsPart;

    constructor(address factory_, address affairs, address ballots) BodyStorage(factory_) {
        _affairsPart = affairs;
        _ballotsPart = ballots;
    }

    /// @dev The other parts of this body's own code.
    fallback() external {
        _passOnTo(_isOfBallots(msg.sig) ? _ballotsPart : _affairsPart);
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
        bytes memory encoded = abi.encode(targets, values, calldatas, keccak256(bytes(description)));
        proposalId = uint256(keccak256(encoded));
        if (_ballots[proposalId] != 0) revert GovernorUnexpectedProposalState(proposalId, _state(proposalId), 0);
        if (_wiring.heldUp > _FROZEN_ONCE) _requireGoing(proposalId);
        (uint256 ballot, uint256 number) =
            _enter(proposalId, _checkCalls(targets, values, calldatas), _codeDigest(targets));
        _announce(proposalId, ballot, targets.length, encoded, description);
        emit ProposalNumbered(number, proposalId, ballot.classes(), ballot.electorate());
    }

    /// @inheritdoc IZone
    function queue(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata calldatas,
        bytes32 descriptionHash
    ) external returns (uint256 proposalId) {
        proposalId = hashProposal(targets, values, calldatas, descriptionHash);
        bool everFrozen = _wiring.heldUp != 0;
        (uint256 ballot, uint256 law) = _requireState(proposalId, ProposalState.Succeeded, everFrozen);
        if (_mayBeHeldUp(ballot, everFrozen)) _requireGoing(proposalId);
        uint256 lifecycle = _lifecycles[proposalId].withQueued(block.timestamp);
        _lifecycles[proposalId] = lifecycle;
        emit ProposalQueued(proposalId, block.timestamp + law.executionDelay());

        bool charged = ballot.classes() & (1 << Classes.CONSTITUTIONAL) == 0;
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
        bool everFrozen = _context.everFrozen;
        (uint256 ballot, uint256 law) = _requireState(proposalId, ProposalState.Queued, everFrozen);
        uint256 lifecycle = _lifecycles[proposalId];
        uint256 eta = lifecycle.queuedAt() + law.executionDelay();
        if (_mayBeHeldUp(ballot, everFrozen)) {
            _requireGoing(proposalId);
            eta += _stopped(proposalId, lifecycle.queuedAt(), block.timestamp);
        }
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
        _requireState(proposalId, ProposalState.Pending, _wiring.heldUp != 0);
        uint256 index = IRegistry(_wiring.registry).indexOf(msg.sender);
        if (index == 0 || index != _lifecycles[proposalId].proposer()) revert GovernorOnlyProposer(msg.sender);
        uint256 ballot = _ballots[proposalId];
        _ballots[proposalId] = ballot | ProposalWords.CANCELED;
        _liveEnds[index] = _liveEnds[index].free(ballot.announcedEnd());
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
        _requireState(proposalId, ProposalState.Expired, _wiring.heldUp != 0);
        uint256 lifecycle = _lifecycles[proposalId];
        if (lifecycle.queuedAt() == 0 || lifecycle & ProposalWords.RELEASED != 0) revert NothingReserved(proposalId);
        bool charged = _ballots[proposalId].classes() & (1 << Classes.CONSTITUTIONAL) == 0;
        _lifecycles[proposalId] = lifecycle | ProposalWords.RELEASED;
        emit ReservationsReleased(lifecycle.number(), proposalId);

        for (uint256 i; i < targets.length; ++i) {
            Money memory money = _moneyOf(targets[i], calldatas[i]);
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
        _count(msg.sender, proposalId, support);
        emit VoteCast(msg.sender, proposalId, support, 1, "");
        return 1;
    }

    /// @inheritdoc IZone
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason) external returns (uint256) {
        _count(msg.sender, proposalId, support);
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
    function frozenUntil() external view returns (uint256 until) {
        if (_wiring.heldUp != 0) until = _freezes.latest().end();
        if (until <= block.timestamp) until = 0;
    }

    /// @inheritdoc IZone
    function state(uint256 proposalId) external view returns (ProposalState) {
        return _state(proposalId);
    }

    /// @inheritdoc IZone
    function classOf(address target, bytes calldata data) external view returns (uint8) {
        return _classOf(target, data);
    }

    /* INTERNAL */

    /// @dev Whether ZoneBallots has the function; what costs most to send comes first.
    function _isOfBallots(bytes4 selector) private pure returns (bool) {
        return selector == IBallots.castBallots.selector || selector == IBallots.castAggregate.selector
            || selector == IBallots.castVoteBySig.selector || selector == IBallots.castVoteWithReasonAndParams.selector
            || selector == IBallots.castVoteWithReasonAndParamsBySig.selector || selector == IBallots.nonces.selector
            || selector == IBallots.batchDeadline.selector || selector == IBallots.verifier.selector
            || selector == IBallots.eip712Domain.selector || selector == IBallots.BALLOT_TYPEHASH.selector
            || selector == IBallots.EXTENDED_BALLOT_TYPEHASH.selector
            || selector == IBallots.BATCH_BALLOT_TYPEHASH.selector || selector == IBallots.getProposalId.selector
            || selector == IBallots.supportsInterface.selector
            || selector == IERC4824.daoURI.selector || selector == IDocument.setDaoURI.selector
            || selector == IRepresentedVotes.castVoteAsRepresentative.selector
            || selector == IRepresentedVotes.castVoteAsRepresentativeBySig.selector
            || selector == IRepresentedVotes.countFollowers.selector
            || selector == IRepresentedVotes.followedMasks.selector
            || selector == IRepresentedVotes.representativeVote.selector;
    }

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
            classes |= 1 << _classOf(targets[i], calldatas[i]);
        }
    }

    /// @dev Writes the two words of a new proposal by the caller, a person or a child, under the law and the electorate of a second ago.
    function _enter(uint256 proposalId, uint256 classes, uint256 digest) private returns (uint256 ballot, uint256 number) {
        uint256 snapshot = block.timestamp - 1;
        uint256 law = _lawAt(classes, snapshot);
        uint256 proposer = IRegistry(_wiring.registry).indexOf(msg.sender);
        bool byPerson = _isElector(proposer, snapshot, law.seasoning());
        if (!byPerson && (proposer != 0 || !IOversight(address(this)).isChild(msg.sender))) {
            revert GovernorInsufficientProposerVotes(msg.sender, 0, 1);
        }
        uint256 heads = _headcount.at(snapshot).base(snapshot);
        ballot = ProposalWords.packBallot(
            heads, block.timestamp, law.votingDelay(), law.votingPeriod(), law.seasoning(), classes
        );
        _enlist(byPerson ? proposer : uint160(msg.sender), ballot.announcedEnd());
        number = ++_wiring.proposals;
        uint256 sponsors = byPerson ? _sponsorsNeeded(heads, law) : 0; // more than a few stand behind a body
        if (sponsors != 0) ballot |= ProposalWords.UNSPONSORED;
        _ballots[proposalId] = ballot;
        if (!byPerson) _proposingBodies[proposalId] = msg.sender;
        _lifecycles[proposalId] = ProposalWords.packLifecycle(proposer, number, sponsors, digest);
    }

    /// @dev Takes one of the proposer's places for live proposals.
    function _enlist(uint256 proposer, uint256 end) private {
        (uint256 ends, uint256 earliest) = _liveEnds[proposer].take(end);
        if (earliest >= block.timestamp) revert TooManyLiveProposals(msg.sender, LiveEnds.MOST, earliest + 1);
        _liveEnds[proposer] = ends;
    }

    /// @dev The event of OpenZeppelin's Governor, byte for byte, from the arrays as they were encoded for the id: targets, values
    /// and calldatas, one after the other. Encoding them again would cost 3,000 gas.
    function _announce(
        uint256 proposalId,
        uint256 ballot,
        uint256 calls,
        bytes memory encoded,
        string calldata description
    ) private {
        bytes32 topic = ProposalCreated.selector;
        uint256 voteStart = ballot.voteStart();
        uint256 voteEnd = ballot.announcedEnd();
        assembly ("memory-safe") {
            // The identity precompile; short of gas for it, there is not enough for the log either.
            function copied(to, from, size) -> end {
                pop(staticcall(gas(), 4, from, size, to, size))
                end := add(to, size)
            }
            let arrays := add(encoded, 32)
            let third := mload(add(arrays, 64))
            let data := mload(64)
            mstore(data, proposalId)
            mstore(add(data, 32), caller())
            mstore(add(data, 64), 288) // targets
            mstore(add(data, 96), add(mload(add(arrays, 32)), 160)) // values
            let end := copied(add(data, 288), add(arrays, 128), sub(third, 128))
            mstore(add(data, 128), sub(end, data)) // signatures, all of them empty
            mstore(end, calls)
            end := add(end, 32)
            for { let i := 0 } lt(i, calls) { i := add(i, 1) } {
                mstore(add(end, shl(5, i)), shl(5, add(calls, i)))
                mstore(add(end, shl(5, add(calls, i))), 0)
            }
            end := add(end, shl(6, calls))
            mstore(add(data, 160), sub(end, data)) // calldatas
            end := copied(end, add(arrays, third), sub(mload(encoded), third))
            mstore(add(data, 192), voteStart)
            mstore(add(data, 224), voteEnd)
            mstore(add(data, 256), sub(end, data)) // description
            mstore(end, description.length)
            end := add(end, 32)
            mstore(add(end, description.length), 0) // the last word may be filled in part only
            calldatacopy(end, description.offset, description.length)
            end := add(end, and(add(description.length, 31), not(31)))
            log1(data, sub(end, data), topic)
        }
    }

    /// @dev Charges the cap and reserves the money of one call; says whether an allowance pays.
    function _takeUp(address target, bytes calldata data, bool charged, uint256 number) private returns (bool) {
        Money memory money = _moneyOf(target, data);
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
    function _codeDigest(address[] calldata targets) private view returns (uint256 digest) {
        bytes32[] memory hashes = new bytes32[](targets.length);
        for (uint256 i; i < targets.length; ++i) {
            bytes32 hash = targets[i].codehash;
            hashes[i] = hash == _NO_CODE ? bytes32(0) : hash;
        }
        assembly ("memory-safe") {
            digest := shr(128, keccak256(add(hashes, 32), shl(5, mload(hashes))))
        }
    }

    /// @dev A revert if the body may not do the next step of the proposal now; another part of its code knows.
    function _requireGoing(uint256 proposalId) private view {
        IOversight(address(this)).requireGoing(proposalId);
    }

    function _requireState(uint256 proposalId, ProposalState expected, bool everFrozen)
        private
        view
        returns (uint256 ballot, uint256 law)
    {
        ProposalState current;
        (current, ballot, law) = _standing(proposalId, everFrozen);
        if (current != expected) revert GovernorUnexpectedProposalState(proposalId, _state(proposalId), _one(expected));
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
