// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IBody} from "./IBody.sol";
import {IConstitution} from "./IConstitution.sol";
import {IMembership} from "./IMembership.sol";
import {IProposals} from "./IProposals.sol";
import {IZone} from "./IZone.sol";

/// @title Everything that can be asked of a body, whichever half of its code answers.
interface IWholeBody is IZone, IBody, IMembership, IConstitution, IProposals {}
