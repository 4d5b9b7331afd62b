// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title What persons of a body can bring about by signing, where a vote would take too long.
/// @notice A petition is one call that the body then makes: an objection to a proposal of a child (a twentieth of the members), a
/// freeze of a child for up to 7 days (a fifth), the announcement that a child is dissolved (two thirds), an objection to a proposal
/// of the body itself (a tenth), or an appeal, which is a proposal in the parent (a twentieth): the parent's members vote on it as on any other, without sponsors. Three sign at least,
/// or all where there are fewer. Signers are those who were members when it was opened, for as long before as the law for industries
/// wants. It is open for 14 days. A matter (what is called, and which function) rests for 30 days after a petition about it took effect.
interface IPetitions {
    /// @param openedAt unix seconds; the members of one second before may sign
    /// @param deadline unix seconds, the last moment to sign and to enact
    /// @param opener person who opened it, and signed first
    /// @param wanted how many must sign
    /// @param signed how many have
    /// @param enacted whether the call was made
    /// @param content EIP-712 hash of the struct that is signed
    struct Petition {
        uint40 openedAt;
        uint40 deadline;
        uint32 opener;
        uint32 wanted;
        uint32 signed;
        bool enacted;
        bytes32 content;
    }

    event PetitionOpened(
        uint256 indexed petition, uint256 indexed person, address target, bytes data, uint256 wanted, uint256 deadline
    );
    event PetitionSigned(uint256 indexed petition, uint256 indexed person, uint256 signed);
    event PetitionEnacted(uint256 indexed petition);

    /// @notice Persons cannot bring about this call by signing, or not for so long.
    error NotPetitionable(address target, bytes4 selector);
    /// @notice The account is nobody who could sign: no member, or not long enough, when the petition was opened.
    error NotPetitioner(address account);
    /// @notice One person has at most two petitions at a time; a place is free after `freeAt`.
    error TooManyPetitions(uint256 person, uint256 freeAt);
    /// @notice A petition about this took effect not long ago.
    error MatterRests(uint256 until);
    error NoSuchPetition(uint256 petition);
    /// @notice It took effect, or its time is over.
    error PetitionClosed(uint256 petition);
    error AlreadySigned(uint256 petition, uint256 person);
    /// @notice None of these signatures counts: not from a member of that time, or counted already.
    error NothingSigned(uint256 petition);
    /// @notice As many signers as signatures are needed.
    error UnequalSigners(uint256 signers, uint256 signatures);
    error TooFewSigners(uint256 signed, uint256 wanted);
    /// @notice The petition is about another call.
    error OtherPetition(uint256 petition);

    /// @notice Opens a petition and signs it. Only members may.
    function openPetition(address target, bytes calldata data) external returns (uint256 petition);

    /// @notice Signs a petition.
    function signPetition(uint256 petition) external;

    /// @notice Brings signatures of others (`PETITION_TYPEHASH`, or ERC-1271). Anyone may. Bad ones and those of who has signed are
    /// passed over; one must count.
    function signPetitionFor(uint256 petition, address[] calldata signers, bytes[] calldata signatures) external;

    /// @notice Makes the call of a petition that enough have signed. Anyone may.
    function enactPetition(uint256 petition, address target, bytes calldata data) external;

    /// @notice Number of the newest petition; the first is 1.
    function petitionCount() external view returns (uint256);

    function petitionOf(uint256 petition) external view returns (Petition memory);

    /// @notice Who has signed, bit i is person 256·word + i.
    function petitionSigners(uint256 petition, uint256 word) external view returns (uint256);

    /// @notice Until when a matter rests, unix seconds; 0 or past if it does not. The matter of an appeal is the first call that it proposes.
    function matterRestsUntil(address target, bytes4 selector) external view returns (uint256);

    /// @notice keccak256("Petition(uint256 petition,address target,bytes data,uint256 deadline)")
    function PETITION_TYPEHASH() external view returns (bytes32);
}
