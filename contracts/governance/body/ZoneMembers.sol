// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IAdmission} from "../../interfaces/IAdmission.sol";
import {IBody} from "../../interfaces/IBody.sol";
import {IEnrolment} from "../../interfaces/IEnrolment.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IModules} from "../../interfaces/IModules.sol";
import {IPersonhood} from "../../interfaces/IPersonhood.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {Bits} from "../../libraries/Bits.sol";
import {Headcounts} from "../../libraries/Headcounts.sol";
import {History} from "../../libraries/History.sol";
import {Roles} from "../../libraries/Roles.sol";
import {Activity} from "../membership/Activity.sol";
import {BodyStorage} from "./BodyStorage.sol";
import {SharedCode} from "../SharedCode.sol";

/// @title ZoneMembers: the part of a body's code by which persons come to belong to it, and cease to, and by which the active are counted;
/// and by which modules cease to belong to it.
/// @dev Runs on the storage of a body behind the fallback of ZoneAffairs, never on its own. It needs no factory.
contract ZoneMembers is IAdmission, IModules, Activity, SharedCode {
    using Headcounts for uint256;
    using History for History.Log;

    /* CONSTANTS */

    /// @inheritdoc IAdmission
    uint256 public constant NOTICE_SECONDS = 14 days;

    /* IMMUTABLES */

    address private immutable _oversightPart;

    constructor(address oversight) BodyStorage(address(0)) {
        _oversightPart = oversight;
    }

    /// @dev What is rarest.
    fallback() external {
        _passOnTo(_oversightPart);
    }

    /* CHANGED BY VOTE */

    /// @inheritdoc IAdmission
    function admit(address[] calldata keys) external onlySelf {
        uint256 time = _timeOfChange();
        uint256[] memory indices =
            _wiring.depth == 0 ? IRegistry(_wiring.registry).admit(keys) : _indicesInParent(keys);

        uint256 half = type(uint256).max;
        uint256 mask;
        for (uint256 i; i < indices.length; ++i) {
            uint256 index = indices[i];
            if (index >> 7 != half) {
                if (mask != 0) _members[half].write(mask, time);
                half = index >> 7;
                mask = _members[half].latest();
            }
            uint256 bit = 1 << (index & 127);
            if (mask & bit != 0) revert IMembership.AlreadyMember(index);
            mask |= bit;
            emit IMembership.MemberAdmitted(index);
        }
        if (mask != 0) _members[half].write(mask, time);
        _headcount.write(_headcount.latest().grown(indices.length), time);
    }

    /// @inheritdoc IModules
    function removeModule(uint8 role) external onlySelf {
        address module_ = _modules[role];
        if (role < Roles.VERIFIER || module_ == address(0)) revert IBody.NoSuchModule(role);
        delete _roles[module_];
        delete _modules[role];
        emit IBody.ModuleSet(role, address(0));
    }

    /// @inheritdoc IAdmission
    function admitWords(uint256[] calldata words, uint256[] calldata masks) external onlySelf {
        if (_wiring.depth == 0) revert IMembership.OnlyIndustry();
        uint256 time = _timeOfChange();
        uint256 added;
        for (uint256 i; i < words.length; ++i) {
            uint256 word = words[i];
            uint256 fresh = masks[i] & IMembership(_context.parent).membersAt(word, block.timestamp) & ~_latestWord(word);
            if (fresh == 0) continue;
            _addToHalf(word << 1, fresh & type(uint128).max, time);
            _addToHalf((word << 1) | 1, fresh >> 128, time);
            added += Bits.popcount(fresh);
            emit IMembership.MembersAdmitted(word, fresh);
        }
        _headcount.write(_headcount.latest().grown(added), time);
    }

    /// @inheritdoc IAdmission
    function remove(uint256 index) external onlySelf {
        uint256 time = _timeOfChange();
        if (_wiring.depth == 0 && _wiring.live) _giveNotice(index);
        else _remove(index, time);
    }

    /// @inheritdoc IAdmission
    function withdrawExpulsion(uint256 index) external onlySelf {
        _requireNotice(index);
        delete _noticedAt[index];
        emit IMembership.ExpulsionWithdrawn(index);
    }

    /* CHANGED BY ANYONE */

    /// @inheritdoc IAdmission
    function enroll(address key, bytes calldata proof) external returns (uint256 index) {
        address module_ = _wiring.depth == 0 ? _modules[Roles.PERSONHOOD] : address(0);
        if (module_ == address(0)) revert IMembership.NoPersonhood();
        if (!_wiring.live) revert IMembership.NotLive();
        bytes32 nullifier = IPersonhood(module_).prove(key, proof);
        uint256 leftAt;
        bool admitted;
        (index, leftAt, admitted) = IEnrolment(_wiring.registry).enroll(key, nullifier);
        if (!admitted) return index;
        if (leftAt != 0) {
            if (msg.sender != key) revert IMembership.OnlyReturningKey(msg.sender, key);
            if (_barredAt[index] == leftAt) revert IMembership.ReturnBarred(index);
        }
        _addToHalf(index >> 7, 1 << (index & 127), block.timestamp);
        _headcount.write(_headcount.latest().grown(1), block.timestamp);
        emit IMembership.MemberEnrolled(index);
    }

    /// @inheritdoc IAdmission
    function leave() external {
        if (!_wiring.live) revert IMembership.NotLive();
        uint256 time = _timeOfChange();
        uint256 index = IRegistry(_wiring.registry).indexOf(msg.sender);
        _end(index, time);
        emit IMembership.MemberLeft(index);
        if (_wiring.depth == 0) _depart(index);
    }

    /// @inheritdoc IAdmission
    function finishExpulsion(uint256 index) external {
        uint256 readyAt = _requireNotice(index);
        if (block.timestamp < readyAt) revert IMembership.NoticeRunning(index, readyAt);
        _remove(index, block.timestamp);
    }

    /// @inheritdoc IAdmission
    function prune(uint256 index) external {
        if (_wiring.depth == 0) revert IMembership.OnlyIndustry();
        if (!_wiring.live) revert IMembership.NotLive();
        uint256 time = _timeOfChange();
        if (IMembership(_context.parent).isMember(index)) revert IMembership.StillInParent(index);
        _end(index, time);
        emit IMembership.MemberPruned(index);
    }

    /// @inheritdoc IAdmission
    function syncDepartures(uint256 most) external {
        _applyDepartures(most);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IAdmission
    function expulsion(uint256 index) external view returns (uint256 readyAt, uint256 expiresAt) {
        if (_isNoticed(index)) (readyAt, expiresAt) = (_readyAt(index), _readyAt(index) + NOTICE_SECONDS);
    }

    /// @inheritdoc IAdmission
    function barredAt(uint256 index) external view returns (uint256) {
        return _barredAt[index];
    }

    /* INTERNAL */

    /// @dev Nobody is given notice twice at a time, or a second vote would prolong the first.
    function _giveNotice(uint256 index) private {
        if ((_members[index >> 7].latest() >> (index & 127)) & 1 == 0) {
            // Nobody escapes by leaving before the vote is executed, and proving to be a person again.
            _barredAt[index] = IRegistry(_wiring.registry).person(index).leftAt;
            emit IMembership.ExpulsionNoticed(index, 0, 0);
            return;
        }
        if (_isNoticed(index)) revert IMembership.NoticeOpen(index, _readyAt(index) + NOTICE_SECONDS);
        _noticedAt[index] = block.timestamp;
        emit IMembership.ExpulsionNoticed(index, _readyAt(index), _readyAt(index) + NOTICE_SECONDS);
    }

    function _remove(uint256 index, uint256 time) private {
        _end(index, time);
        emit IMembership.MemberRemoved(index);
        if (_wiring.depth == 0) _depart(index);
    }

    /// @dev A notice ends with the membership it was about, whoever ended that: who returns by vote, returns without it.
    function _depart(uint256 index) private {
        if (_isNoticed(index)) _barredAt[index] = block.timestamp;
        if (_noticedAt[index] != 0) delete _noticedAt[index];
        IRegistry(_wiring.registry).depart(index);
    }

    function _isNoticed(uint256 index) private view returns (bool) {
        return _noticedAt[index] != 0 && block.timestamp <= _readyAt(index) + NOTICE_SECONDS;
    }

    function _readyAt(uint256 index) private view returns (uint256) {
        return _noticedAt[index] + NOTICE_SECONDS;
    }

    function _requireNotice(uint256 index) private view returns (uint256 readyAt) {
        if (!_isNoticed(index)) revert IMembership.NoNotice(index);
        return _readyAt(index);
    }

    function _timeOfChange() private returns (uint256) {
        _applyAllDepartures();
        return _wiring.live ? block.timestamp : 0;
    }

    function _addToHalf(uint256 half, uint256 mask, uint256 time) private {
        if (mask != 0) _members[half].write(_members[half].latest() | mask, time);
    }

    function _latestWord(uint256 word) private view returns (uint256) {
        return _members[word << 1].latest() | (_members[(word << 1) | 1].latest() << 128);
    }

    function _indicesInParent(address[] calldata keys) private view returns (uint256[] memory indices) {
        indices = new uint256[](keys.length);
        IRegistry registry_ = IRegistry(_wiring.registry);
        for (uint256 i; i < keys.length; ++i) {
            uint256 index = registry_.indexOf(keys[i]);
            if (index == 0 || !IMembership(_context.parent).isMember(index)) {
                revert IMembership.NotMemberOfParent(keys[i], index);
            }
            indices[i] = index;
        }
    }
}
