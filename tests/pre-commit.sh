#!/usr/bin/env bash
# Runs the hooks of .pre-commit-hooks.yaml with the real pre-commit in a scratch repository.
# Usage: tests/pre-commit.sh PROGRAM, where PROGRAM is a built mtlint; needs git and pre-commit.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PRE_COMMIT_HOME="$scratch/home" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=Editor GIT_AUTHOR_EMAIL=e@example.org GIT_COMMITTER_NAME=Editor GIT_COMMITTER_EMAIL=e@example.org
export MTLINT_CACHE_DIR="$scratch/cache"
mkdir "$scratch/bin"
ln -s "$program" "$scratch/bin/mtlint"
export PATH="$scratch/bin:$PATH"

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

# The hooks as they are published, in a repository of their own.
git init --quiet "$scratch/hooks"
cp "$here/.pre-commit-hooks.yaml" "$scratch/hooks/"
git -C "$scratch/hooks" add --all
git -C "$scratch/hooks" commit --quiet --message=hooks

git init --quiet "$scratch/desk"
cd "$scratch/desk"
printf 'grammar = false\n[files]\nexclude = ["drafts/"]\n' >mtlint.toml
mkdir drafts
# The program is here already: pre-commit need not build it.
cat >.pre-commit-config.yaml <<EOF
repos:
  - repo: $scratch/hooks
    rev: $(git -C "$scratch/hooks" rev-parse HEAD)
    hooks:
      - {id: mtlint-fix, language: system}
      - {id: mtlint, language: system, args: [--min-severity=warning]}
EOF
git add --all
git commit --quiet --message=start
pre-commit install >/dev/null

printf 'They met at the summit of NATO.\n' >clean.txt
git add --all
git commit --quiet --message=clean || fail "a clean article is stopped"

printf 'They met at the the summit of OTAN.\n' >bad.md
printf 'They met at the the summit.\n' >drafts/draft.txt
git add --all
if git commit --quiet --message=bad >out 2>&1; then fail "a bad article gets in"; fi
grep -q 'fixed bad.md' out || { cat out; fail "the hook does not fix"; }
[ "$(cat bad.md)" = 'They met at the summit of NATO.' ] || fail "bad.md is: $(cat bad.md)"
[ "$(cat drafts/draft.txt)" = 'They met at the the summit.' ] || fail "an excluded file was touched"
rm out
git add --all
git commit --quiet --message=mended || fail "a mended article is stopped"

printf 'Beyond that, it is a blow of phone from China to China, turning from China to China.\n' >doubtful.html
git add --all
if git commit --quiet --message=doubtful >out 2>&1; then fail "a doubtful article gets in"; fi
grep -q 'doubtful.html:1:' out || { cat out; fail "the finding is not shown"; }
printf '3 passed, 0 failed\n'
