#!/bin/sh
# Runs every rule over a folder of edited English and says which speak too often in it.
#
#   benches/budgets.sh path/to/corpus [options of `mtlint bench`, such as --show 5 or --select fr-politics]
#
# Once as an editor would run it, and once as if every text were a translation, so that the rules which wait for
# that verdict speak too: for these the figures say how ordinary their words are, and no budget holds.
set -eu
[ $# -ge 1 ] || { sed -n 2,7p "$0" >&2; exit 2; }
corpus=$1
shift
cd "$(dirname "$0")/.."
cargo build --release --quiet
echo "As edited English:"
status=0
target/release/mtlint bench --isolated --corpus "$corpus" "$@" || status=$?
echo
echo "As if translated:"
target/release/mtlint bench --isolated --no-grammar --source any --corpus "$corpus" "$@" || true
exit "$status"
