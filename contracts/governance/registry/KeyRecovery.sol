// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBody} from "../../interfaces/IBody.sol";
import {IKeyRecovery} from "../../interfaces/IKeyRecovery.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {Persons} from "./Persons.sol";

/// @title KeyRecovery: another key for the same person.
/// @dev What three members can do against a fourth is bounded on every side: they must have been members for a month, each takes part
/// in one recovery in six weeks, the fourth has two weeks to object, and an objection bars them for half a year.
abstract contract KeyRecovery is IKeyRecovery, Persons {
    /* CONSTANTS */

    /// @inheritdoc IKeyRecovery
    uint256 public constant RECOVERY_VOUCHERS = 3;
    /// @inheritdoc IKeyRecovery
    uint256 public constant RECOVERY_SECONDS = _RECOVERY_SECONDS;
    /// @inheritdoc IKeyRecovery
    uint256 public constant VOUCHER_SEASONING_SECONDS = 30 days;
    /// @inheritdoc IKeyRecovery
    uint256 public constant VETO_SECONDS = 180 days;

    uint256 private constant _INDEX_BITS = 32;

    /* BY ONESELF */

    /// @inheritdoc IKeyRecovery
    function rotate(address newKey) external {
        // A birth is decided beforehand, key by key: nobody can stop it by changing theirs.
        if (!IBody(_root()).live()) revert IMembership.NotLive();
        uint256 index = _caller();
        IRegistry.Person memory person_ = _member(index);
        _drop(index);
        _rekey(index, person_, newKey);
    }

    /// @inheritdoc IKeyRecovery
    function vetoRecovery() external {
        uint256 index = _caller();
        Recovery memory open = _open(index);
        uint256 vouchers = _vouchers[index];
        for (uint256 i; i < open.vouchers; ++i) {
            _voucherFreeAt[uint32(vouchers >> (i * _INDEX_BITS))] = block.timestamp + VETO_SECONDS;
        }
        delete _recoveries[index];
        emit RecoveryVetoed(index, open.newKey);
    }

    /* BY OTHERS */

    /// @inheritdoc IKeyRecovery
    function vouchRecovery(uint256 index, address newKey) external {
        uint256 voucher = _caller();
        _requireVoucher(voucher, index);
        _member(index);
        Recovery memory open = _recoveries[index];
        if (_expiry(open) < block.timestamp) {
            _requireNew(newKey);
            uint256 members = IMembership(_root()).headcountAt(block.timestamp);
            if (members < 2 * RECOVERY_VOUCHERS) revert TooFewMembers(members, 2 * RECOVERY_VOUCHERS);
            open = Recovery(newKey, uint40(block.timestamp), 0, 0);
            emit RecoveryOpened(index, newKey, _expiry(open));
        } else if (open.newKey != newKey) {
            revert RecoveryOpen(index, open.newKey, _expiry(open));
        } else if (open.readyAt != 0) {
            revert EnoughVouchers(index);
        }
        ++open.vouchers;
        _voucherFreeAt[voucher] = block.timestamp + 3 * RECOVERY_SECONDS;
        _vouchers[index] = (_vouchers[index] << _INDEX_BITS) | voucher;
        emit RecoverySupported(index, voucher, open.vouchers);
        if (open.vouchers == RECOVERY_VOUCHERS) {
            open.readyAt = uint40(block.timestamp + RECOVERY_SECONDS);
            emit RecoveryReady(index, open.readyAt, _expiry(open));
        }
        _recoveries[index] = open;
    }

    /// @inheritdoc IKeyRecovery
    function finishRecovery(uint256 index) external {
        Recovery memory open = _open(index);
        if (msg.sender != open.newKey) revert OnlyNewKey(msg.sender, open.newKey);
        if (open.readyAt == 0 || block.timestamp < open.readyAt) revert RecoveryNotReady(index, open.readyAt);
        uint256 vouchers = _vouchers[index];
        for (uint256 i; i < RECOVERY_VOUCHERS; ++i) {
            uint256 voucher = uint32(vouchers >> (i * _INDEX_BITS));
            if (_existing(voucher).leftAt != 0) revert VoucherGone(voucher);
        }
        delete _recoveries[index];
        _rekey(index, _member(index), open.newKey);
    }

    /// @inheritdoc IKeyRecovery
    function recoverByVote(uint256 index, address newKey) external {
        if (msg.sender != _root()) revert IRegistry.OnlyRoot(msg.sender);
        IRegistry.Person memory person_ = _existing(index);
        _drop(index);
        _rekey(index, person_, newKey);
    }

    /* READ BY ANYONE */

    /// @inheritdoc IKeyRecovery
    function recovery(uint256 index)
        external
        view
        returns (address newKey, uint256 readyAt, uint256 expiresAt, uint256[] memory vouchers)
    {
        Recovery memory open = _recoveries[index];
        if (_expiry(open) < block.timestamp) return (address(0), 0, 0, new uint256[](0));
        vouchers = new uint256[](open.vouchers);
        uint256 packed = _vouchers[index];
        for (uint256 i = open.vouchers; i != 0; packed >>= _INDEX_BITS) {
            vouchers[--i] = uint32(packed);
        }
        return (open.newKey, open.readyAt, _expiry(open), vouchers);
    }

    /// @inheritdoc IKeyRecovery
    function voucherFreeAt(uint256 index) external view returns (uint256) {
        return _voucherFreeAt[index];
    }

    /// @inheritdoc IKeyRecovery
    function retiredBy(address key) external view returns (uint256) {
        return _retiredBy(key);
    }

    /* INTERNAL */

    /// @dev This code is one for all registries, so only the registry itself knows.
    function _root() internal view returns (address) {
        return IRegistry(address(this)).root();
    }

    function _caller() private view returns (uint256 index) {
        index = _indexOf(msg.sender);
        if (index == 0) revert NotAPerson(msg.sender);
    }

    function _open(uint256 index) private view returns (Recovery memory open) {
        open = _recoveries[index];
        if (_expiry(open) < block.timestamp) revert NoRecovery(index);
    }

    /// @dev Seasoning is asked of the zone's own history, in which its founders have been members always.
    function _requireVoucher(uint256 voucher, uint256 index) private view {
        if (voucher == index) revert OwnRecovery(index);
        _member(voucher);
        uint256 seasonedAt = block.timestamp - VOUCHER_SEASONING_SECONDS;
        if ((IMembership(_root()).membersAt(voucher >> 8, seasonedAt) >> (voucher & 255)) & 1 == 0) {
            revert NotSeasoned(voucher, VOUCHER_SEASONING_SECONDS);
        }
        uint256 freeAt = _voucherFreeAt[voucher];
        if (block.timestamp < freeAt) revert VoucherNotFree(voucher, freeAt);
    }
}
