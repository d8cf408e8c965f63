#!/usr/bin/env bash
# Tests the page of `mtlint report` in Chromium: run.sh PROGRAM [FOLDER FOR PICTURES].
# Installs the browser (Debian) and the two npm packages if they are missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
pictures=${2:+$(mkdir -p "$2" && realpath "$2")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! command -v chromium >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null
fi
modules=${MTLINT_BROWSER_MODULES:-${TMPDIR:-/tmp}/mtlint-browser-modules}
mkdir -p "$modules"
cp "$here/package.json" "$modules/"
[ -d "$modules/node_modules/playwright-core" ] || npm --prefix "$modules" install --no-audit --no-fund --silent
cp "$here/report.mjs" "$modules/"

cd "$here/../.."
report() { "$program" report --isolated --no-cache --quiet "$@"; }
report --source fr fixtures/articles/seed.txt -o "$work/one.html"
report --no-grammar --source fr fixtures/articles -o "$work/many.html"
report --no-grammar --allow-empty "$here/hostile.html" "$here/hostile.md" -o "$work/hostile.html"
node "$modules/report.mjs" "$work" ${pictures:+"$pictures"}
