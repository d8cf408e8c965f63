#!/usr/bin/env bash
# Opens a text in Neovim, waits for the findings of the program that is named, and applies fixes.
# Usage: tests/editors/neovim.sh target/debug/mtlint
set -euo pipefail
MTLINT=$(realpath "${1:?name the program}")
export MTLINT
script=$(dirname "$(realpath "$0")")/neovim.lua
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch XDG_CONFIG_HOME=$scratch XDG_DATA_HOME=$scratch XDG_STATE_HOME=$scratch XDG_CACHE_HOME=$scratch
nvim --headless --clean -n -c "luafile $script" </dev/null
