# Source this from the project's folder: `. scripts/toolchain/activate.sh`
# It puts the development environment, the pinned compiler and the local nodes in reach of this shell, so that
# `brownie`, `pytest`, `anvil` and `ganache` work as they do under `make`.
. .venv/bin/activate
export SOLCX_BINARY_PATH="$PWD/scripts/toolchain/solc"
export PATH="$PATH:$PWD/node_modules/.bin"
