// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBody} from "../../interfaces/IBody.sol";
import {IMembership} from "../../interfaces/IMembership.sol";
import {IRegistry} from "../../interfaces/IRegistry.sol";
import {ITreasury} from "../../interfaces/ITreasury.sol";
import {IZoneFactory} from "../../interfaces/IZoneFactory.sol";
import {Classes} from "../../libraries/Classes.sol";
import {Roles} from "../../libraries/Roles.sol";
import {BodyStorage} from "./BodyStorage.sol";
import {ConstitutionAffairs} from "../laws/ConstitutionAffairs.sol";
import {MembershipReads} from "../membership/MembershipReads.sol";
import {ProposalReads} from "../ballots/ProposalReads.sol";
import {SharedCode} from "../SharedCode.sol";

/// @title ZoneAffairs: the part of a body's code for what is rare: birth, tree and modules, laws, reads.
/// @dev Runs on the storage of a body behind the fallback of Zone, never on its own.
contract ZoneAffairs is IBody, MembershipReads, ConstitutionAffairs, ProposalReads, SharedCode {
    /* CONSTANTS */

    uint256 private constant _MAX_DEPTH = 8;
    uint256 private constant _BIRTH_SECONDS = 30 days;

    /* IMMUTABLES */

    address private immutable _membersPart;

    constructor(address factory_, address members) BodyStorage(factory_) {
        _membersPart = members;
    }

    /// @dev What is rarer still.
    fallback() external {
        _passOnTo(_membersPart);
    }

    /* BIRTH */

    /// @inheritdoc IBody
    function initialize(
        address parent_,
        address registry_,
        uint256 depth_,
        BodyPlan calldata plan,
        address[] calldata modules
    ) external {
        if (_context.initialized) revert AlreadyInitialized();
        if (msg.sender != _factory) revert OnlyFactory(msg.sender);
        _context.initialized = true;
        _context.parent = parent_;
        _wiring = Wiring({
            registry: registry_,
            proposals: 0,
            departuresSeen: parent_ == address(0) ? 0 : uint32(IRegistry(registry_).departureCount()),
            depth: uint8(depth_),
            live: plan.genesis == 0,
            strictRows: 0,
            heldUp: 0
        });
        _name = plan.name;
        for (uint8 class; class < Classes.COUNT; ++class) {
            if (class == Classes.EXPULSION && depth_ != 0) continue;
            _setLaw(class, plan.laws[class], 0);
        }
        for (uint256 i; i < plan.caps.length; ++i) {
            _setCap(plan.caps[i].class, plan.caps[i].asset, plan.caps[i].limit);
        }
        for (uint256 i; i < modules.length; ++i) {
            if (modules[i] != address(0)) _setModule(uint8(Roles.TREASURY + i), modules[i]);
        }
        if (plan.genesis != 0) {
            _genesisNext = plan.genesis;
            _genesisDeadline = block.timestamp + _BIRTH_SECONDS;
        }
        emit BodyInitialized(parent_, registry_, plan.name, plan.charterHash);
    }

    /// @inheritdoc IBody
    function genesis(GenesisStep calldata step) external {
        bytes32 expected = _genesisNext;
        bytes32 actual = keccak256(abi.encode(step));
        if (expected == 0 || actual != expected) revert WrongGenesisStep(expected, actual);
        if (block.timestamp > _genesisDeadline) revert GenesisExpired(_genesisDeadline);
        _genesisNext = step.next;
        emit GenesisStepDone(step.next);
        for (uint256 i; i < step.calls.length; ++i) {
            uint8 role = step.calls[i].role;
            address target = role == Roles.SELF ? address(this) : _module(role);
            if (target == address(0)) revert NoSuchModule(role); // a call to nobody would succeed
            _run(target, step.calls[i].data);
        }
        if (step.next == 0) {
            delete _genesisDeadline;
            _wiring.live = true;
        }
    }

    /// @inheritdoc IBody
    function allowAtGenesis(
        bytes32 planHash,
        address asset,
        uint256 maxAmount,
        uint256 epochs,
        uint256 levels,
        bytes32 line
    ) external onlySelf {
        if (_wiring.live) revert OnlyGenesis();
        address child = IZoneFactory(_factory).industryAddress(address(this), planHash);
        address source = address(this);
        for (uint256 i; i < levels; ++i) {
            source = IMembership(source).parent();
        }
        ITreasury(_module(Roles.TREASURY)).allow(asset, child, maxAmount, epochs, source, line, 0);
    }

    /// @inheritdoc IBody
    function live() external view returns (bool) {
        return _wiring.live;
    }

    /// @inheritdoc IBody
    function genesisPending() external view returns (bytes32, uint256) {
        return (_genesisNext, _genesisDeadline);
    }

    /* TREE AND MODULES */

    /// @inheritdoc IBody
    function found(BodyPlan calldata plan, GenesisStep[] calldata steps) external onlySelf returns (address child) {
        if (_wiring.depth == _MAX_DEPTH) revert TooDeep(_MAX_DEPTH);
        child = IZoneFactory(_factory).createIndustry(plan, steps);
        emit BodyFounded(child, plan.name, _context.executing);
    }

    /// @inheritdoc IBody
    function setModule(uint8 role, address module_) external onlySelf {
        if (_wiring.depth != 0 || role == Roles.TREASURY) revert NoSuchModule(role);
        _setModule(role, module_);
        _listedAt[role] = block.timestamp;
    }

    /// @inheritdoc IBody
    function factory() external view returns (address) {
        return _factory;
    }

    /* INTERNAL */

    function _setModule(uint8 role, address module_) private {
        if (role < Roles.TREASURY || role > Roles.LAST) revert NoSuchModule(role);
        if (module_.code.length == 0) revert ModuleWithoutCode(module_);
        // The class of a call hangs on what its target is to the body, so nothing may be two things.
        if (
            _roles[module_] != Roles.NONE || module_ == address(this) || module_ == _wiring.registry
                || module_ == _factory
        ) revert ModuleTaken(module_);
        delete _roles[_modules[role]];
        _modules[role] = module_;
        _roles[module_] = role;
        emit ModuleSet(role, module_);
    }
}
