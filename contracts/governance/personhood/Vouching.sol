// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IEnrolment} from "../../interfaces/IEnrolment.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IPersonhood} from "../../interfaces/IPersonhood.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {IVouching} from "../../interfaces/IVouching.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {LiveEnds} from "../../libraries/LiveEnds.sol";

/// @title Vouching: persons for whom members vouch.
contract Vouching is IVouching {
    using LiveEnds for uint256;

    /// @param nullifier zero: none
    /// @param vouchers indices, 32 bits each, the newest lowest
    struct Claim {
        bytes32 nullifier;
        uint256 vouchers;
        uint40 openedAt; // unix seconds
        uint40 readyAt; // unix seconds, 0 while vouchers are missing
        uint40 decideBy; // unix seconds, 0 unless contested
        uint8 vouchersGot; // number of them
        uint32 challengers; // number of them
    }

    struct Intake {
        uint32 epoch; // that `admitted` is about
        uint32 admitted; // persons
    }

    /* CONSTANTS */

    /// @inheritdoc IVouching
    uint256 public constant SEASONING_EPOCHS = 2;
    /// @inheritdoc IVouching
    uint256 public constant MOST_VOUCHEES = LiveEnds.MOST;
    /// @inheritdoc IVouching
    uint256 public constant GATHERING_SECONDS = 14 days;
    /// @inheritdoc IVouching
    uint256 public constant DECIDING_SECONDS = 30 days;
    /// @inheritdoc IVouching
    uint256 public constant SUSPENSION_SECONDS = 180 days;

    uint256 private constant _LEAST_VOUCHERS = 2;
    uint256 private constant _MOST_VOUCHERS = 8; // fit one word
    uint256 private constant _LEAST_CHALLENGERS = 3;
    uint256 private constant _INDEX_BITS = 32;

    /* IMMUTABLES */

    /// @inheritdoc IVouching
    uint256 public immutable VOUCHERS;

    /* STORAGE */

    mapping(address zone => mapping(address key => Claim)) private _claims;
    mapping(bytes32 claim => mapping(uint256 word => uint256)) private _challenged; // bit i is person 256·word + i
    mapping(address zone => mapping(uint256 voucher => uint256)) private _vouchees; // until when they may be new, see LiveEnds
    mapping(address zone => Intake) private _intakes;
    /// @inheritdoc IVouching
    mapping(address zone => mapping(uint256 voucher => uint256)) public suspendedUntil;

    /// @param vouchers members who must vouch for one
    constructor(uint256 vouchers) {
        if (vouchers < _LEAST_VOUCHERS || vouchers > _MOST_VOUCHERS) {
            revert VouchersOutOfBounds(vouchers, _LEAST_VOUCHERS, _MOST_VOUCHERS);
        }
        VOUCHERS = vouchers;
    }

    /* BY MEMBERS */

    /// @inheritdoc IVouching
    function vouch(address zone, address key, bytes32 nullifier) external {
        (uint256 voucher, uint256 seasoning) = _requireSeasoned(zone);
        uint256 until = suspendedUntil[zone][voucher];
        if (block.timestamp < until) revert VoucherSuspended(voucher, until);
        Claim memory claim = _claims[zone][key];
        uint256 expiresAt = _expiry(claim);
        if (expiresAt < block.timestamp) {
            _requireClaimable(zone, key, nullifier);
            claim = Claim(nullifier, 0, uint40(block.timestamp), 0, 0, 0, 0);
            emit VouchingOpened(zone, key, nullifier, _expiry(claim));
        } else {
            if (claim.decideBy != 0) revert VouchingIsContested(key, claim.decideBy);
            if (claim.nullifier != nullifier) revert ClaimedOtherwise(key, claim.nullifier, expiresAt);
            if (claim.readyAt != 0) revert VouchersComplete(key);
            _requireNewVoucher(claim, voucher);
        }
        _takePlace(zone, voucher, seasoning);
        claim.vouchers = (claim.vouchers << _INDEX_BITS) | voucher;
        ++claim.vouchersGot;
        emit Vouched(zone, key, voucher, claim.vouchersGot);
        if (claim.vouchersGot == VOUCHERS) {
            claim.readyAt = uint40(block.timestamp + GATHERING_SECONDS);
            emit VouchingReady(zone, key, claim.readyAt, _expiry(claim));
        }
        _claims[zone][key] = claim;
    }

    /// @inheritdoc IVouching
    function challenge(address zone, address key) external {
        (uint256 challenger,) = _requireSeasoned(zone);
        Claim memory claim = _open(zone, key);
        if (claim.decideBy != 0) revert VouchingIsContested(key, claim.decideBy);
        mapping(uint256 word => uint256) storage challenged = _challenged[keccak256(abi.encode(zone, key, claim.openedAt))];
        uint256 bit = 1 << (challenger & 255);
        if (challenged[challenger >> 8] & bit != 0) revert AlreadyChallenged(challenger);

        challenged[challenger >> 8] |= bit;
        ++claim.challengers;
        emit VouchingChallenged(zone, key, challenger, claim.challengers);
        if (claim.challengers >= challengersNeeded(zone)) {
            claim.decideBy = uint40(block.timestamp + DECIDING_SECONDS);
            for (uint256 i; i < claim.vouchersGot; ++i) {
                uint256 voucher = uint32(claim.vouchers >> (i * _INDEX_BITS));
                uint256 until = suspendedUntil[zone][voucher];
                // Added, so that taking one back leaves what another brought.
                suspendedUntil[zone][voucher] = (until > block.timestamp ? until : block.timestamp) + _suspension();
            }
            emit VouchingContested(zone, key, claim.decideBy);
        }
        _claims[zone][key] = claim;
    }

    /* BY ANYONE */

    /// @inheritdoc IVouching
    function clear(address zone, address key) external {
        Claim memory claim = _open(zone, key);
        if (claim.decideBy == 0) revert NotContested(key);
        uint256 index = _registry(zone).indexOf(key);
        if (index == 0 || !IMembership(zone).isMember(index)) revert NotAdmitted(key);
        for (uint256 i; i < claim.vouchersGot; ++i) {
            suspendedUntil[zone][uint32(claim.vouchers >> (i * _INDEX_BITS))] -= _suspension();
        }
        delete _claims[zone][key];
        emit VouchersCleared(zone, key);
    }

    /* BY ZONES */

    /// @inheritdoc IPersonhood
    /// @dev No proof is needed: what members said of this key is known here, for this zone.
    function prove(address key, bytes calldata) external returns (bytes32) {
        Claim memory claim = _open(msg.sender, key);
        if (claim.decideBy != 0) revert VouchingIsContested(key, claim.decideBy);
        if (claim.readyAt == 0 || block.timestamp < claim.readyAt) revert VouchingNotReady(key, claim.readyAt);
        for (uint256 i; i < VOUCHERS; ++i) {
            uint256 voucher = uint32(claim.vouchers >> (i * _INDEX_BITS));
            if (!IMembership(msg.sender).isMember(voucher)) revert VoucherLeft(voucher);
            uint256 until = suspendedUntil[msg.sender][voucher];
            if (block.timestamp < until) revert VoucherSuspended(voucher, until);
        }
        (uint256 epoch, uint256 admitted, uint256 most, uint256 nextAt) = quota(msg.sender);
        if (admitted >= most) revert EpochIsFull(epoch, most, nextAt);
        _intakes[msg.sender] = Intake(uint32(epoch), uint32(admitted + 1));
        delete _claims[msg.sender][key];
        emit VouchingFulfilled(msg.sender, key, claim.nullifier, epoch);
        return claim.nullifier;
    }

    /* READ BY ANYONE */

    /// @inheritdoc IPersonhood
    function kind() external pure returns (string memory) {
        return "vouching";
    }

    /// @inheritdoc IVouching
    function application(address zone, address key) external view returns (Application memory found) {
        Claim memory claim = _claims[zone][key];
        uint256 expiresAt = _expiry(claim);
        found.vouchers = new uint256[](0);
        if (expiresAt < block.timestamp) return found;
        found = Application(
            claim.nullifier, claim.readyAt, expiresAt, claim.decideBy != 0, claim.challengers, new uint256[](claim.vouchersGot)
        );
        for (uint256 i = claim.vouchersGot; i != 0; claim.vouchers >>= _INDEX_BITS) {
            found.vouchers[--i] = uint32(claim.vouchers);
        }
    }

    /// @inheritdoc IVouching
    function vouchees(address zone, uint256 voucher) external view returns (uint256) {
        return _vouchees[zone][voucher].count(block.timestamp);
    }

    /// @inheritdoc IVouching
    function nullifierOf(address key) public view returns (bytes32) {
        return keccak256(abi.encode(address(this), key));
    }

    /// @inheritdoc IVouching
    function challengersNeeded(address zone) public view returns (uint256 needed) {
        needed = (IMembership(zone).headcountAt(block.timestamp) + 99) / 100;
        if (needed < _LEAST_CHALLENGERS) needed = _LEAST_CHALLENGERS;
    }

    /// @inheritdoc IVouching
    /// @dev Members at the beginning of the epoch, so that who comes in it brings nobody.
    function quota(address zone)
        public
        view
        returns (uint256 epoch, uint256 admitted, uint256 most, uint256 nextAt)
    {
        ITreasury vault = ITreasury(IZone(zone).treasury());
        epoch = vault.epochAt(block.timestamp);
        uint256 seconds_ = vault.epochSeconds();
        uint256 beganAt = vault.epochStart() + epoch * seconds_;
        nextAt = beganAt + seconds_;
        most = IMembership(zone).headcountAt(beganAt) / 50;
        if (most == 0) most = 1;
        Intake memory intake = _intakes[zone];
        if (intake.epoch == epoch) admitted = intake.admitted;
    }

    /* INTERNAL */

    function _registry(address zone) private view returns (IRegistry) {
        return IRegistry(IMembership(zone).registry());
    }

    /// @dev The caller's index, if they are a member and were one two epochs ago. Asked of the zone's own history, in which its founders
    /// have been members always.
    function _requireSeasoned(address zone) private view returns (uint256 index, uint256 seasoning) {
        index = _registry(zone).indexOf(msg.sender);
        if (index == 0 || !IMembership(zone).isMember(index)) revert NotAVoucher(msg.sender);
        seasoning = SEASONING_EPOCHS * ITreasury(IZone(zone).treasury()).epochSeconds();
        uint256 members = IMembership(zone).membersAt(index >> 8, block.timestamp - seasoning);
        if ((members >> (index & 255)) & 1 == 0) revert VoucherTooNew(index, seasoning);
    }

    function _requireClaimable(address zone, address key, bytes32 nullifier) private view {
        uint256 members = IMembership(zone).headcountAt(block.timestamp);
        if (members < 2 * VOUCHERS) revert TooFewToVouch(members, 2 * VOUCHERS);
        IRegistry registry = _registry(zone);
        _requireOutside(zone, registry.indexOf(key));
        uint256 person = IEnrolment(address(registry)).personOf(nullifier);
        _requireOutside(zone, person);
        if (person == 0 && nullifier != nullifierOf(key)) revert UnknownNullifier(nullifier);
    }

    function _requireOutside(address zone, uint256 index) private view {
        if (index != 0 && IMembership(zone).isMember(index)) revert AlreadyIn(index);
    }

    function _requireNewVoucher(Claim memory claim, uint256 voucher) private pure {
        for (uint256 i; i < claim.vouchersGot; ++i) {
            if (uint32(claim.vouchers >> (i * _INDEX_BITS)) == voucher) revert AlreadyVouched(voucher);
        }
    }

    /// @dev A place is taken until the vouchee would be seasoned if every deadline were used to the end.
    function _takePlace(address zone, uint256 voucher, uint256 seasoning) private {
        (uint256 taken, uint256 earliest) =
            _vouchees[zone][voucher].take(block.timestamp + 2 * GATHERING_SECONDS + DECIDING_SECONDS + seasoning);
        if (earliest >= block.timestamp) revert TooManyVouchees(voucher, MOST_VOUCHEES, earliest + 1);
        _vouchees[zone][voucher] = taken;
    }

    function _open(address zone, address key) private view returns (Claim memory claim) {
        claim = _claims[zone][key];
        if (_expiry(claim) < block.timestamp) revert NoVouching(zone, key);
    }

    /// @dev Last second in which it can go on; 0 for none.
    function _expiry(Claim memory claim) private pure returns (uint256) {
        if (claim.nullifier == 0) return 0;
        if (claim.decideBy != 0) return claim.decideBy;
        return claim.readyAt == 0 ? claim.openedAt + GATHERING_SECONDS : claim.readyAt + DECIDING_SECONDS;
    }

    function _suspension() private pure returns (uint256) {
        return DECIDING_SECONDS + SUSPENSION_SECONDS;
    }
}
