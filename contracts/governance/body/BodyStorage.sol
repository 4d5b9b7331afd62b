// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "../../interfaces/IConstitution.sol";
import {IPetitions} from "../../interfaces/IPetitions.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {IZone} from "../../interfaces/IZone.sol";
import {History} from "../../libraries/History.sol";
import {Roles} from "../../libraries/Roles.sol";

/// @title BodyStorage: every stored field of a body, and its place in the tree.
/// @dev The code of a body is in five contracts, Zone, ZoneAffairs, ZoneMembers, ZoneOversight and ZoneBallots, which share this storage and nothing
/// else has it.
abstract contract BodyStorage {
    /* IMMUTABLES */

    address internal immutable _factory;

    /* CONSTANTS */

    uint8 internal constant _FROZEN_ONCE = 1;
    uint8 internal constant _TO_BE_DISSOLVED = 2;

    /* STORAGE */

    struct Wiring {
        address registry;
        uint32 proposals; // number of the newest proposal, the first is 1
        uint32 departuresSeen; // entries of the registry's log applied here
        uint8 depth; // levels above this body, 0 for a zone
        bool live; // birth is complete
        uint8 strictRows; // rows that are constitutional in this body only, usually 0
        uint8 heldUp; // 0 never, 1 ever frozen as in Context, 2 its dissolution was announced or is done
    }

    struct Context {
        address parent; // zero for a zone
        uint32 executing; // number of the proposal whose calls are running, 0 for none
        uint40 queuedAt; // when that proposal was queued, unix seconds
        bool drawn; // the running call is paid from an allowance
        bool initialized;
        bool everFrozen; // a parent has frozen this body at least once, or announced its dissolution
    }

    struct ActivityRule {
        uint8 lastVotes; // over how many votes activity goes, 0 for not at all
        uint32 changes; // how often that was set
    }

    /// A count of active members under way.
    struct Recount {
        bytes32 votes; // hash of the votes of the window
        uint40 at; // members of this second are counted, unix seconds
        uint40 since; // whoever is a member since could vote in all of them, unix seconds
        uint40 oldest; // snapshot of the oldest vote, unix seconds
        uint32 nextWord; // the next that may be looked at
        uint32 seen; // persons looked at
        uint32 active; // persons, of those
        uint32 changes; // of the rule by which is counted; 0: no count
    }

    Wiring internal _wiring;
    Context internal _context;
    mapping(uint256 half => History.Log) internal _members; // 128 persons a half-word, bit i is person 128·half + i
    History.Log internal _headcount; // see Headcounts
    mapping(uint8 class => History.Log) internal _laws; // see LawWords
    mapping(uint8 class => mapping(address asset => IConstitution.Cap)) internal _caps; // base units; none: constitutional
    mapping(uint256 proposalId => uint256) internal _ballots; // see ProposalWords
    mapping(uint256 proposalId => uint256) internal _lifecycles; // see ProposalWords
    mapping(uint256 proposalId => mapping(uint256 word => uint256)) internal _voted; // bit i is person 256·word + i
    mapping(uint8 role => address) internal _modules; // zones only
    mapping(address module => uint8) internal _roles; // zones only
    string internal _name;
    bytes32 internal _genesisNext; // commitment to the next step, zero when birth is complete
    uint256 internal _genesisDeadline; // unix seconds, zero when birth is complete
    mapping(address voter => uint256) internal _nonces; // single signed votes taken, 0 for none
    mapping(uint8 role => uint256) internal _listedAt; // when a module was listed, unix seconds, 0 at birth; zones only
    mapping(uint8 role => mapping(bytes4 selector => bool)) internal _strictRows; // constitutional in this body only
    mapping(uint256 proposalId => mapping(uint256 word => uint256)) internal _sponsored; // bit i is person 256·word + i
    mapping(uint256 proposer => uint256) internal _liveEnds; // see LiveEnds; a person's index, or the address of a child
    string internal _daoURI; // see ERC-4824, empty by default
    mapping(uint256 person => uint256) internal _noticedAt; // when an expulsion was decided, unix seconds, 0 for never; zones only
    mapping(uint256 person => uint256) internal _barredAt; // when they left who return by a vote only, unix seconds; zones only
    /// Of who voted as a representative: choice + 1 (bits 0-7), followers counted (8-39); 0 for everybody else.
    mapping(uint256 proposalId => mapping(uint256 person => uint256)) internal _representing;
    mapping(uint256 proposalId => mapping(uint256 wordAndChoice => uint256)) internal _followed; // key 4·word + choice; a bit each, as in _voted
    History.Log internal _freezes; // see FreezeWords
    mapping(uint256 proposalId => uint256) internal _pauses; // begin | end << 40, unix seconds, 0 for none
    uint256 internal _petitionCount; // number of the newest petition, the first is 1
    mapping(uint256 number => IPetitions.Petition) internal _petitions;
    mapping(uint256 number => mapping(uint256 word => uint256)) internal _petitionSigned; // bit i is person 256·word + i
    mapping(uint256 person => uint256) internal _petitionEnds; // of the two newest, 40 bits each, unix seconds, 0 for none
    mapping(address target => mapping(bytes4 selector => uint256)) internal _matterRests; // until, unix seconds, 0 for never
    ActivityRule internal _activity;
    mapping(uint256 month => mapping(uint256 word => uint256)) internal _checkIns; // months of 30 days; bit i is person 256·word + i
    mapping(address counter => Recount) internal _recounts;
    uint256 internal _dissolution; // announced at (bits 0-39), done at (40-79), unix seconds, 0 for never
    mapping(uint256 proposalId => address) internal _proposingBodies; // the child that proposed it, zero where a person did
    History.Log internal _parents; // the body above, as a number; empty while the first one is
    uint256 internal _moveOffer; // to which body (bits 0-159), since when (160-199, unix seconds), 0 for none

    constructor(address factory_) {
        _factory = factory_;
        _context.initialized = true; // the code itself is nobody's body
    }

    modifier onlySelf() {
        if (msg.sender != address(this)) revert IZone.GovernorOnlyExecutor(msg.sender);
        _;
    }

    /* THE TREE */

    /// @dev The registry, and whether a dissolution was announced: both are in one word, which every vote reads once.
    function _registryAndNotice() internal view returns (IRegistry registry_, bool noticed) {
        assembly ("memory-safe") {
            let word := sload(_wiring.slot)
            registry_ := and(word, 0xffffffffffffffffffffffffffffffffffffffff)
            noticed := gt(shr(248, word), 1)
        }
    }

    /// @dev When the body was dissolved, 0 if it was not.
    function _dissolvedAt() internal view returns (uint256) {
        return _dissolution >> 40;
    }

    function _root() internal view returns (address) {
        return _wiring.depth == 0 ? address(this) : IZone(_context.parent).root();
    }

    function _module(uint8 role) internal view returns (address) {
        return _wiring.depth == 0 ? _modules[role] : IZone(_root()).module(role);
    }

    /// @dev What a contract is to this body; the zone is SELF to itself only.
    function _roleOf(address target) internal view returns (uint8) {
        if (target == address(this)) return Roles.SELF;
        if (_wiring.depth == 0) return _roles[target];
        address zone = _root();
        return target == zone ? Roles.NONE : IZone(zone).roleOf(target);
    }

    /* CALLS */

    /// @dev Runs one call and hands up its revert.
    function _run(address target, bytes calldata data) internal {
        (bool success, bytes memory returned) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
    }
}
