// The npm package `solc` behind the command line of the native compiler: `--version` and `--standard-json`.
// usage: node npm-solc.js PINNED_VERSION (--version | --standard-json [--allow-paths PATHS])
"use strict";

const fs = require("fs");
const path = require("path");

// Emscripten's exit handler prints a minified stack for any exception; one clear line is wanted instead.
function fail(message) {
  process.stderr.write(message + "\n");
  process.exit(1);
}

function loadCompiler(pinned) {
  let solc;
  try {
    solc = require("solc");
  } catch (error) {
    fail("The npm compiler is not installed: run `npm ci` in the project's folder. (" + error.code + ")");
  }
  const version = solc.version();
  if (!version.startsWith(pinned)) {
    fail("npm's solc is " + version + ", the project pins " + pinned + ": run `npm ci`.");
  }
  return solc;
}

// Imports are source unit names: after remapping, a path below the working directory, as the native compiler reads it.
function readImport(name) {
  const file = path.resolve(name);
  if (path.relative(process.cwd(), file).startsWith("..")) {
    return { error: "Source \"" + name + "\" is outside of the project" };
  }
  try {
    return { contents: fs.readFileSync(file, "utf8") };
  } catch (error) {
    return { error: "File not found: " + name + " (" + error.code + ")" };
  }
}

function main(pinned, args) {
  if (args.includes("--version")) {
    const version = loadCompiler(pinned).version();
    process.stdout.write("solc, the solidity compiler commandline interface\nVersion: " + version + "\n");
  } else if (args.includes("--standard-json")) {
    const input = fs.readFileSync(0, "utf8");
    process.stdout.write(loadCompiler(pinned).compile(input, { import: readImport }));
  } else {
    fail("Only --version and --standard-json are answered by the npm compiler, not: " + args.join(" "));
  }
}

main(process.argv[2], process.argv.slice(3));
