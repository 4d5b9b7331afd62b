// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IConstitution} from "./IConstitution.sol";

/// @title Birth, tree and modules of a body. A zone has no parent; an industry has one.
interface IBody {
    /// @notice A call of the genesis, addressed by role because addresses depend on it.
    /// @param role 1 the body itself, 2 treasury, 3 stores
    struct GenesisCall {
        uint8 role;
        bytes data;
    }

    /// @notice Some calls of the genesis, and the commitment to those after them (zero: none).
    struct GenesisStep {
        GenesisCall[] calls;
        bytes32 next;
    }

    /// @notice A body before it exists.
    /// @param name shown to people, and the EIP-712 name
    /// @param charterHash keccak-256 of the charter file, kept in the event of the birth
    /// @param laws one law per class, in the order of `Classes`; an industry has no expulsion and ignores that one
    /// @param caps what classes may spend, per asset and epoch
    /// @param genesis keccak256(abi.encode(GenesisStep)) of the first step, zero for none
    /// @param nonce tells apart bodies that are alike in everything else
    struct BodyPlan {
        string name;
        bytes32 charterHash;
        IConstitution.Law[6] laws;
        IConstitution.CapSetting[] caps;
        bytes32 genesis;
        uint256 nonce;
    }

    event BodyInitialized(address indexed parent, address registry, string name, bytes32 charterHash);
    event GenesisStepDone(bytes32 next);
    event ModuleSet(uint8 indexed role, address indexed module);
    event BodyFounded(address indexed child, string name, uint256 proposal);

    error AlreadyInitialized();
    error OnlyFactory(address caller);
    /// @notice The step is not the one that was committed to.
    error WrongGenesisStep(bytes32 expected, bytes32 actual);
    /// @notice The birth was not completed in 30 days: this body is dead.
    error GenesisExpired(uint256 deadline);
    /// @notice Only while the body is being born.
    error OnlyGenesis();
    /// @notice A zone lists modules under the module roles; its treasury holds its money and stays.
    error NoSuchModule(uint8 role);
    error ModuleWithoutCode(address module);
    /// @notice The contract is already something else to this body.
    error ModuleTaken(address module);
    /// @notice A body at the greatest depth founds nothing.
    error TooDeep(uint256 depth);

    /* BIRTH */

    /// @notice Makes a fresh clone a body. Called once, by the factory.
    function initialize(
        address parent_,
        address registry_,
        uint256 depth_,
        BodyPlan calldata plan,
        address[] calldata modules
    ) external;

    /// @notice Runs the next committed step of the genesis. Anyone may call, in the 30 days after birth.
    function genesis(GenesisStep calldata step) external;

    /// @notice In the genesis only: an allowance for a body founded in it.
    /// @param planHash hash of the child's plan, as `ZoneFactory.planHash` gives it
    /// @param asset token, zero for the chain's coin
    /// @param maxAmount limit per epoch, base units
    /// @param epochs how many epochs, the present one included
    /// @param levels how many levels above this body the money comes from, 0 for its own account
    /// @param line plan line
    function allowAtGenesis(
        bytes32 planHash,
        address asset,
        uint256 maxAmount,
        uint256 epochs,
        uint256 levels,
        bytes32 line
    ) external;

    /// @notice Whether the birth is complete.
    function live() external view returns (bool);

    /// @notice Commitment to the next step of the genesis (zero: complete) and when the body dies without it.
    function genesisPending() external view returns (bytes32 next, uint256 deadline);

    /* TREE AND MODULES */

    /// @notice Founds an industry below this body and runs the given steps of its genesis. By vote only.
    function found(BodyPlan calldata plan, GenesisStep[] calldata steps) external returns (address child);

    /// @notice Lists the contract that is the stores (3), the trade post (4), the verifier of ballots (5), who decides who is a person
    /// (6), the elections (7) or the wishes (8). In a zone, by constitutional vote only.
    function setModule(uint8 role, address module_) external;

    /// @notice Factory that made this body.
    function factory() external view returns (address);
}
