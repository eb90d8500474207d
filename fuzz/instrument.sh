#!/usr/bin/env bash
# A wrapper for the compiler (RUSTC_WRAPPER): our own code and the targets are built so that libFuzzer sees where they go and that
# overflow panics; what they depend on is built as usual. With any compiler, without cargo-fuzz.
set -euo pipefail
case " $* " in
  *" --crate-name truyvet "* | *" fuzz_targets/"*)
    set -- "$@" --cfg fuzzing -Copt-level=2 -Ccodegen-units=1 -Cdebug-assertions=on -Coverflow-checks=on
    set -- "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
    set -- "$@" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    set -- "$@" -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$@"
