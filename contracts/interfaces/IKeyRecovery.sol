// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title How a person comes to another key: by themself, by others when the key is lost, or by a vote.
/// @notice The index never changes, so neither membership nor what was voted does. A key that was left is retired for ever, for its
/// owner too: nothing that was signed with it can come back to life. Dues of the treasury belong to addresses and stay where they are.
interface IKeyRecovery {
    event KeyRotated(uint256 indexed index, address indexed oldKey, address indexed newKey);
    event RecoveryOpened(uint256 indexed index, address indexed newKey, uint256 expiresAt);
    event RecoverySupported(uint256 indexed index, uint256 indexed voucher, uint256 vouchers);
    /// @notice Enough persons vouch: the new key may finish from `readyAt` until `expiresAt`, unless the old one objects.
    event RecoveryReady(uint256 indexed index, uint256 readyAt, uint256 expiresAt);
    event RecoveryVetoed(uint256 indexed index, address indexed newKey);
    /// @notice The recovery ended without effect because the person changed their key, left or was expelled.
    event RecoveryDropped(uint256 indexed index, address indexed newKey);

    /// @notice The caller is no person of this registry.
    error NotAPerson(address caller);
    /// @notice Nobody vouches for themself.
    error OwnRecovery(uint256 index);
    /// @notice Only who has been a member for `seconds_` vouches.
    error NotSeasoned(uint256 voucher, uint256 seconds_);
    /// @notice This voucher took part in a recovery and is free again at `freeAt`.
    error VoucherNotFree(uint256 voucher, uint256 freeAt);
    /// @notice A zone of fewer than `least` members gives keys back by vote only.
    error TooFewMembers(uint256 members, uint256 least);
    /// @notice Another recovery of the person is open, for `newKey`, until `expiresAt`.
    error RecoveryOpen(uint256 index, address newKey, uint256 expiresAt);
    /// @notice All vouchers that are needed are there.
    error EnoughVouchers(uint256 index);
    /// @notice No recovery of the person is open, or it expired.
    error NoRecovery(uint256 index);
    /// @notice The recovery can be finished from `readyAt` on; 0 while vouchers are missing.
    error RecoveryNotReady(uint256 index, uint256 readyAt);
    /// @notice Only the new key finishes, so that it is somebody's and willing.
    error OnlyNewKey(address caller, address newKey);
    /// @notice A voucher is not a member any more.
    error VoucherGone(uint256 voucher);
    /// @notice The page of this word has everything it could have.
    error NothingToCompact(uint256 word);

    /// @notice Persons who must vouch.
    /// @dev Two friends who fall out with a third are no quorum, and most members can find three who know them.
    function RECOVERY_VOUCHERS() external view returns (uint256);

    /// @notice How long vouchers may gather, then the old key may object, then the new key may finish; seconds each.
    /// @dev Two weeks: who is ill or on a journey still comes to know.
    function RECOVERY_SECONDS() external view returns (uint256);

    /// @notice How long a voucher must have been a member, seconds.
    function VOUCHER_SEASONING_SECONDS() external view returns (uint256);

    /// @notice From the veto on, how long those who vouched may not do so again, seconds.
    function VETO_SECONDS() external view returns (uint256);

    /// @notice The caller goes on with another key, at once. Once the zone is live.
    /// @dev The new key is not asked: who names a stranger's account has given them their own place.
    function rotate(address newKey) external;

    /// @notice The caller vouches that `newKey` is the key of person `index`, who lost theirs. The first voucher opens the recovery.
    /// A voucher takes part in one recovery at a time: a new one waits until every deadline of this one would be over.
    function vouchRecovery(uint256 index, address newKey) external;

    /// @notice The caller, whose key it is, ends the recovery; the vouchers are barred for `VETO_SECONDS`.
    function vetoRecovery() external;

    /// @notice The caller becomes the key of person `index`, after enough vouchers and the time for a veto.
    function finishRecovery(uint256 index) external;

    /// @notice Gives a person another key by vote, also one who left. By the zone only.
    function recoverByVote(uint256 index, address newKey) external;

    /// @notice The open recovery of a person; all zero if there is none.
    /// @return newKey the key that is vouched for
    /// @return readyAt when it may finish the recovery, unix seconds, 0 while vouchers are missing
    /// @return expiresAt last second in which the next step can happen, unix seconds
    /// @return vouchers indices of who vouches
    function recovery(uint256 index)
        external
        view
        returns (address newKey, uint256 readyAt, uint256 expiresAt, uint256[] memory vouchers);

    /// @notice Index of the person who once acted with `key` and does no more, 0 for every other key.
    function retiredBy(address key) external view returns (uint256);

    /// @notice From when on a person may vouch again, unix seconds; 0 for who never did.
    function voucherFreeAt(uint256 index) external view returns (uint256);

    /// @notice Writes everybody of a word into a new page, so that changed keys are read from it too; who left stays loose. Anyone may
    /// call.
    function compact(uint256 word) external;
}
