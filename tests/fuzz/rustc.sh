#!/usr/bin/env bash
# rustc for the fuzz targets, as RUSTC_WRAPPER: crates whose code is not what is tried are compiled without coverage and
# without debug assertions. Otherwise most of the time goes into the search for patterns.
rustc=$1
shift

name=
before=
for argument in "$@"; do
  [ "$before" = --crate-name ] && name=$argument
  before=$argument
done

case $name in
  aho_corasick | ahash | bstr | crc* | crossbeam* | flate2 | foldhash | fst | globset | hashbrown | ignore | indexmap | itoa | \
    memchr | miniz* | once_cell | rayon* | regex* | ryu | serde* | similar | smallvec | tempfile | unicode* | zip | zlib*) ;;
  *) exec "$rustc" "$@" ;;
esac

kept=()
for argument in "$@"; do
  case $argument in
    -Cpasses=sancov* | -Cllvm-args=-sanitizer-coverage* | -Cllvm-args=-simplifycfg* | -Cdebug-assertions) ;;
    *) kept+=("$argument") ;;
  esac
done
exec "$rustc" "${kept[@]}"
