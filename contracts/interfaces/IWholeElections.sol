// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IElections} from "./IElections.sol";
import {IOffices} from "./IOffices.sol";

/// @title Everything that can be asked of the elections.
interface IWholeElections is IElections, IOffices {}
