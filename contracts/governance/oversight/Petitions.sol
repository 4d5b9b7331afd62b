// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IDissolution} from "../../interfaces/IDissolution.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IOversight} from "../../interfaces/IOversight.sol";
import {IPetitions} from "../../interfaces/IPetitions.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {Classes} from "../../libraries/Classes.sol";
import {Headcounts} from "../../libraries/Headcounts.sol";
import {History} from "../../libraries/History.sol";
import {LawWords} from "../../libraries/LawWords.sol";
import {Ballots} from "../ballots/Ballots.sol";
import {TypedData} from "../TypedData.sol";

/// @title Petitions: calls that a body makes because enough of its members signed.
abstract contract Petitions is IPetitions, Ballots, TypedData {
    using Headcounts for uint256;
    using History for History.Log;
    using LawWords for uint256;

    /* CONSTANTS */

    /// @inheritdoc IPetitions
    bytes32 public constant PETITION_TYPEHASH =
        keccak256("Petition(uint256 petition,address target,bytes data,uint256 deadline)");

    uint256 private constant _OPEN_SECONDS = 14 days;
    uint256 private constant _REST_SECONDS = 30 days;
    uint256 private constant _LONGEST_FREEZE = 7 days;
    uint256 private constant _FEWEST = 3; // persons
    uint256 private constant _WHOLE_PPM = 1_000_000;
    uint256 private constant _END_BITS = 40; // of each of the two ends in a person's word
    uint256 private constant _END = (1 << _END_BITS) - 1;

    /* CHANGED BY MEMBERS */

    /// @inheritdoc IPetitions
    function openPetition(address target, bytes calldata data) external returns (uint256 number) {
        if (!_wiring.live) revert IMembership.NotLive();
        _requireStanding();
        uint256 share = _shareFor(target, data);
        _requireNoRest(target, data);
        _applyAllDepartures();
        uint256 person = IRegistry(_wiring.registry).indexOf(msg.sender);
        if (!_maySign(person, block.timestamp)) revert NotPetitioner(msg.sender);
        uint256 deadline = block.timestamp + _OPEN_SECONDS;
        _takePlace(person, deadline);

        uint256 heads = _headcount.at(block.timestamp - 1).heads();
        uint256 wanted = (heads * share + _WHOLE_PPM - 1) / _WHOLE_PPM;
        if (wanted < _FEWEST) wanted = _FEWEST;
        if (wanted > heads) wanted = heads;
        number = ++_petitionCount;
        _petitions[number] = Petition({
            openedAt: uint40(block.timestamp),
            deadline: uint40(deadline),
            opener: uint32(person),
            wanted: uint32(wanted),
            signed: 0,
            enacted: false,
            content: _content(number, target, data, deadline)
        });
        emit PetitionOpened(number, person, target, data, wanted, deadline);
        _sign(number, person);
    }

    /// @inheritdoc IPetitions
    function signPetition(uint256 petition) external {
        Petition storage open = _openPetition(petition);
        uint256 person = IRegistry(_wiring.registry).indexOf(msg.sender);
        if (!_maySign(person, open.openedAt)) revert NotPetitioner(msg.sender);
        if (!_sign(petition, person)) revert AlreadySigned(petition, person);
    }

    /// @inheritdoc IPetitions
    function signPetitionFor(uint256 petition, address[] calldata signers, bytes[] calldata signatures) external {
        if (signers.length != signatures.length) revert UnequalSigners(signers.length, signatures.length);
        Petition storage open = _openPetition(petition);
        bytes32 digest = _digest(_domain(), open.content);
        bool counted;
        for (uint256 i; i < signers.length; ++i) {
            uint256 person = IRegistry(_wiring.registry).indexOf(signers[i]);
            if (!_maySign(person, open.openedAt) || !_hasSigned(signers[i], digest, signatures[i])) continue;
            if (_sign(petition, person)) counted = true;
        }
        if (!counted) revert NothingSigned(petition);
    }

    /// @inheritdoc IPetitions
    function enactPetition(uint256 petition, address target, bytes calldata data) external {
        Petition storage open = _openPetition(petition);
        if (_content(petition, target, data, open.deadline) != open.content) revert OtherPetition(petition);
        if (open.signed < open.wanted) revert TooFewSigners(open.signed, open.wanted);
        (address about, bytes4 selector) = _requireNoRest(target, data);

        open.enacted = true;
        _matterRests[about][selector] = block.timestamp + _REST_SECONDS;
        emit PetitionEnacted(petition);
        _run(target, data);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IPetitions
    function petitionCount() external view returns (uint256) {
        return _petitionCount;
    }

    /// @inheritdoc IPetitions
    function petitionOf(uint256 petition) external view returns (Petition memory) {
        return _petitions[petition];
    }

    /// @inheritdoc IPetitions
    function petitionSigners(uint256 petition, uint256 word) external view returns (uint256) {
        return _petitionSigned[petition][word];
    }

    /// @inheritdoc IPetitions
    function matterRestsUntil(address target, bytes4 selector) external view returns (uint256) {
        return _matterRests[target][selector];
    }

    /* INTERNAL */

    /// @dev The share of the members that must sign for a call, in parts per million; reverts where signing is not enough.
    function _shareFor(address target, bytes calldata data) private view returns (uint256) {
        bytes4 selector = data.length < 4 ? bytes4(0) : bytes4(data);
        if (selector == IOversight.object.selector) {
            if (target == address(this)) return 100_000;
            if (IOversight(address(this)).isChild(target)) return 50_000;
        } else if (selector == IOversight.freeze.selector) {
            bool short = data.length >= 36 && uint256(bytes32(data[4:36])) <= _LONGEST_FREEZE;
            if (short && IOversight(address(this)).isChild(target)) return 200_000;
        } else if (selector == IDissolution.dissolve.selector) {
            if (IOversight(address(this)).isChild(target)) return 666_667;
        } else if (selector == IZone.propose.selector && target == _context.parent) {
            return 50_000;
        }
        revert NotPetitionable(target, selector);
    }

    /// @dev Members of a body that was dissolved are heard in those above it.
    function _requireStanding() private view {
        if (_dissolvedAt() != 0) revert IDissolution.AlreadyDissolved(_dissolvedAt());
    }

    /// @dev An appeal is about what its first call does: one against a freeze stands in nobody's way who appeals against an end.
    /// @return about target of what it is about
    /// @return selector function of that
    function _requireNoRest(address target, bytes calldata data) private view returns (address about, bytes4 selector) {
        (about, selector) = (target, bytes4(data));
        if (selector == IZone.propose.selector) {
            // The first of the targets and of the calls, where the body above will read them; what it cannot read it refuses.
            assembly ("memory-safe") {
                let args := add(data.offset, 4)
                about := shr(96, shl(96, calldataload(add(add(args, calldataload(args)), 32))))
                let calls := add(add(args, calldataload(add(args, 64))), 32)
                selector := shl(224, shr(224, calldataload(add(add(calls, calldataload(calls)), 32))))
            }
        }
        uint256 until = _matterRests[about][selector];
        if (block.timestamp < until) revert MatterRests(until);
    }

    /// @dev Whether a person was a member a second before `openedAt`, and for long enough.
    function _maySign(uint256 person, uint256 openedAt) private view returns (bool) {
        return _isElector(person, openedAt - 1, _lawAt(1 << Classes.INDUSTRY, openedAt - 1).seasoning());
    }

    /// @dev One of the person's two places, until the petition's deadline.
    function _takePlace(uint256 person, uint256 deadline) private {
        uint256 ends = _petitionEnds[person];
        uint256 first = ends & _END;
        uint256 second = ends >> _END_BITS;
        uint256 earlier = first < second ? first : second;
        if (block.timestamp <= earlier) revert TooManyPetitions(person, earlier);
        _petitionEnds[person] = (first < second ? second : first) | (deadline << _END_BITS);
    }

    function _openPetition(uint256 number) private view returns (Petition storage open) {
        _requireStanding();
        open = _petitions[number];
        if (open.openedAt == 0) revert NoSuchPetition(number);
        if (open.enacted || block.timestamp > open.deadline) revert PetitionClosed(number);
    }

    /// @dev Counts a signer, unless they have signed.
    function _sign(uint256 number, uint256 person) private returns (bool) {
        uint256 mask = _petitionSigned[number][person >> 8];
        uint256 bit = 1 << (person & 255);
        if (mask & bit != 0) return false;
        _petitionSigned[number][person >> 8] = mask | bit;
        uint256 signed = ++_petitions[number].signed;
        emit PetitionSigned(number, person, signed);
        return true;
    }

    function _content(uint256 number, address target, bytes calldata data, uint256 deadline)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(PETITION_TYPEHASH, number, target, keccak256(data), deadline));
    }
}
