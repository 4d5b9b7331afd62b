// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title How a person comes to belong to a body, and ceases to. Events and errors are those of `IMembership`.
interface IAdmission {
    /// @notice Admits persons: in a zone new ones by their keys, in an industry members of its parent. By vote only.
    function admit(address[] calldata keys) external;

    /// @notice Admits those of the given persons who are members of the parent, 256 at a time. By vote only.
    /// @param words numbers of the 256-person words
    /// @param masks one mask per word, bit i is person 256·word + i
    function admitWords(uint256[] calldata words, uint256[] calldata masks) external;

    /// @notice Admits to the zone who proves to be a person to the module that the zone lists for that (role 6). Anyone may send it for a
    /// newcomer; who returns sends it with the key itself, so that nobody is brought back against their will. Who was a member already is
    /// entered with what they proved, and nothing else happens.
    /// @param key account with which the person will act
    /// @param proof what the module asks for
    /// @return index theirs for life
    function enroll(address key, bytes calldata proof) external returns (uint256 index);

    /// @notice Ends a membership by vote: in an industry at once. In a zone this is expulsion, and begins with a notice: the person
    /// stays a member, votes and proposes, until somebody finishes it. Who was expelled, or left with notice or before the vote was
    /// executed, returns by a vote only.
    function remove(uint256 index) external;

    /// @notice Ends the membership of who was given notice, once it has run out. Anyone may call, until the notice expires.
    function finishExpulsion(uint256 index) external;

    /// @notice Takes a notice back. By vote only, of the class that gives notice.
    function withdrawExpulsion(uint256 index) external;

    /// @notice The caller leaves this body; leaving a zone ends every membership below it.
    function leave() external;

    /// @notice Ends the membership of who is not a member of the body above any more: leaving that one does not cascade. Anyone may
    /// call. In an industry only; who left the zone is no member anywhere below it without this.
    function prune(uint256 index) external;

    /// @notice Applies up to `most` of the zone's departures to this body. Anyone may call.
    function syncDepartures(uint256 most) external;

    /// @notice The open notice of a person; zeros if there is none.
    /// @return readyAt from when on anyone can finish the expulsion, unix seconds
    /// @return expiresAt last second in which they can, unix seconds
    function expulsion(uint256 index) external view returns (uint256 readyAt, uint256 expiresAt);

    /// @notice When the person left who returns by a vote only, unix seconds; 0 or another time than they left last for everybody else.
    function barredAt(uint256 index) external view returns (uint256);

    /// @notice How long a notice runs before anyone can finish the expulsion, and how long they can, seconds each.
    /// @dev Two weeks: who is ill or on a journey still comes to know, and has time to ask the others to think again.
    function NOTICE_SECONDS() external view returns (uint256);
}
