// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IPersonhood} from "./IPersonhood.sol";

/// @title Persons for whom members vouch.
/// @notice Enough members say that a key is a person's; there is time to object; then anybody enrols them. An objection by enough members makes it a
/// matter for the zone's vote, and without a vote it is rejected. Who vouched for the rejected does not vouch again for a while.
/// @dev What one member, or a few together, can bring in is bounded: a voucher must have been a member for two epochs, vouches for at most three who
/// are not that old themselves, and the whole zone takes in at most a fiftieth of itself in an epoch.
interface IVouching is IPersonhood {
    /// @notice What is known of the claim that a key is a person's.
    /// @param nullifier who that person is
    /// @param readyAt when they may be enrolled, unix seconds, 0 while vouchers are missing
    /// @param expiresAt last second in which the next step can happen, unix seconds; the end of the vote's time if contested
    /// @param contested whether only a vote admits them now
    /// @param challengers members who object
    /// @param vouchers indices of who vouches
    struct Application {
        bytes32 nullifier;
        uint256 readyAt;
        uint256 expiresAt;
        bool contested;
        uint256 challengers;
        uint256[] vouchers;
    }

    event VouchingOpened(address indexed zone, address indexed key, bytes32 nullifier, uint256 expiresAt);
    event Vouched(address indexed zone, address indexed key, uint256 indexed voucher, uint256 vouchers);
    /// @notice Enough members vouch: they may be enrolled from `readyAt` until `expiresAt`, unless enough object.
    event VouchingReady(address indexed zone, address indexed key, uint256 readyAt, uint256 expiresAt);
    event VouchingChallenged(address indexed zone, address indexed key, uint256 indexed challenger, uint256 challengers);
    /// @notice Enough members object: rejected, unless the zone admits the key by vote until `decideBy`. The vouchers are suspended.
    event VouchingContested(address indexed zone, address indexed key, uint256 decideBy);
    /// @notice The zone admitted the contested key: its vouchers were right.
    event VouchersCleared(address indexed zone, address indexed key);
    event VouchingFulfilled(address indexed zone, address indexed key, bytes32 nullifier, uint256 epoch);

    /// @notice So few or so many vouchers are not provided for.
    error VouchersOutOfBounds(uint256 vouchers, uint256 least, uint256 most);
    /// @notice Only members vouch and object.
    error NotAVoucher(address caller);
    /// @notice Only who has been a member for two epochs does.
    error VoucherTooNew(uint256 voucher, uint256 seconds_);
    /// @notice This voucher vouched for somebody who was rejected.
    error VoucherSuspended(uint256 voucher, uint256 until);
    /// @notice This voucher has `most` vouchees who are still new, and can have another at `freeAt`.
    error TooManyVouchees(uint256 voucher, uint256 most, uint256 freeAt);
    /// @notice A zone of fewer than `least` members admits by vote only.
    error TooFewToVouch(uint256 members, uint256 least);
    /// @notice The nullifier is neither that of the key nor that of anybody known.
    error UnknownNullifier(bytes32 nullifier);
    /// @notice The key, or the person whose nullifier it is, is a member already.
    error AlreadyIn(uint256 index);
    /// @notice Others vouch for this key as another person, until `expiresAt`.
    error ClaimedOtherwise(address key, bytes32 nullifier, uint256 expiresAt);
    error AlreadyVouched(uint256 voucher);
    error AlreadyChallenged(uint256 challenger);
    /// @notice There are as many vouchers as it needs.
    error VouchersComplete(address key);
    /// @notice Nobody vouches for this key, or it expired.
    error NoVouching(address zone, address key);
    /// @notice Enough members objected: until `decideBy` only a vote admits.
    error VouchingIsContested(address key, uint256 decideBy);
    error NotContested(address key);
    /// @notice The zone has not admitted the key.
    error NotAdmitted(address key);
    /// @notice They can be enrolled from `readyAt` on; 0 while vouchers are missing.
    error VouchingNotReady(address key, uint256 readyAt);
    /// @notice A voucher is not a member any more.
    error VoucherLeft(uint256 voucher);
    /// @notice The zone has taken in as many as it takes in this epoch; the next begins at `nextAt`.
    error EpochIsFull(uint256 epoch, uint256 most, uint256 nextAt);

    /// @notice Members who must vouch for one.
    function VOUCHERS() external view returns (uint256);

    /// @notice Epochs for which a voucher, and who objects, must have been a member.
    function SEASONING_EPOCHS() external view returns (uint256);

    /// @notice How many vouchees in seasoning a voucher may have.
    function MOST_VOUCHEES() external view returns (uint256);

    /// @notice How long vouchers may gather; and then, how long others may object before anybody can be enrolled; seconds each.
    function GATHERING_SECONDS() external view returns (uint256);

    /// @notice How long they can be enrolled; and how long the zone can vote on who is contested; seconds each.
    function DECIDING_SECONDS() external view returns (uint256);

    /// @notice How long who vouched for a rejected key may not vouch, after the time for the vote, seconds.
    function SUSPENSION_SECONDS() external view returns (uint256);

    /// @notice The caller, a member of `zone`, vouches that `key` is the key of a person who is no member: of a new one, whose nullifier is
    /// `nullifierOf(key)`, or of the person whose nullifier it is, who returns.
    function vouch(address zone, address key, bytes32 nullifier) external;

    /// @notice The caller, a member of `zone`, objects. Three members, or one in a hundred if that is more, make it contested.
    function challenge(address zone, address key) external;

    /// @notice Lifts the suspension of who vouched for a contested key that the zone has admitted in time. Anyone may call.
    function clear(address zone, address key) external;

    /// @notice The nullifier of a new person with this key.
    function nullifierOf(address key) external view returns (bytes32);

    /// @notice How it stands with a key; everything zero if nobody vouches for it.
    function application(address zone, address key) external view returns (Application memory);

    /// @notice Until when a voucher is suspended, unix seconds; 0 or past for not.
    function suspendedUntil(address zone, uint256 voucher) external view returns (uint256);

    /// @notice How many vouchees in seasoning a voucher has.
    function vouchees(address zone, uint256 voucher) external view returns (uint256);

    /// @notice Members who must object now.
    function challengersNeeded(address zone) external view returns (uint256);

    /// @notice How many were taken in in the present epoch, and how many can be.
    /// @param nextAt when the next epoch begins, unix seconds
    function quota(address zone) external view returns (uint256 epoch, uint256 admitted, uint256 most, uint256 nextAt);
}
