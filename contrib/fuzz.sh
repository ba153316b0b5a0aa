#!/bin/bash
# fuzz.sh - build the fuzz targets for libFuzzer, with AddressSanitizer and
# UndefinedBehaviorSanitizer, and run them. Needs clang and a configured build.
#
#   contrib/fuzz.sh [-b BUILD] [-o OUT] [-s SECONDS] [TARGET...]
#
#   -b BUILD    where config.h is (build/gcc, where tests/run leaves it)
#   -o OUT      where objects, programs, new inputs and findings go (build/fuzz)
#   -s SECONDS  how long each target runs (60). For a night: -s 86400
#   TARGET      config event headers ingest instant phone rest values (all)
#
# As many targets as there are processors run at once. Each starts from
# tests/fuzz/corpus/TARGET and keeps what leads somewhere new in OUT/new-TARGET;
# a finding is left as OUT/crash-TARGET-*, for
#
#   OUT/fuzz_TARGET OUT/crash-TARGET-...
#
# What is worth keeping goes to the repository with
#
#   OUT/fuzz_TARGET -merge=1 tests/fuzz/corpus/TARGET OUT/new-TARGET
#
# Exit: 0 nothing found; 1 something was; 2 usage; 69 no clang with libFuzzer.
set -uo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
all="config event headers ingest instant phone rest values"
build=$top/build/gcc
out=$top/build/fuzz
seconds=60
while getopts b:o:s: option; do
    case $option in
    b) build=$OPTARG ;;
    o) out=$OPTARG ;;
    s) seconds=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
targets=${*:-$all}
jobs=$(nproc 2>/dev/null || echo 1)

[ -f "$build/config.h" ] || { echo "fuzz.sh: no config.h in $build: configure there first" >&2; exit 2; }
mkdir -p "$out/objects" || exit 1
echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n); int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n > 9; }' >"$out/probe.c"
if ! clang -fsanitize=fuzzer "$out/probe.c" -o "$out/probe" 2>/dev/null; then
    echo "fuzz.sh: clang with libFuzzer is needed (Debian: clang)" >&2
    exit 69
fi

# Sources beside those of src/core, by target.
more() {
    case $1 in
    config) (cd "$top" && ls src/base/*.c) ;;
    ingest) echo src/app/ingest_line.c ;;
    rest) echo src/app/reconcile_walk.c tests/support/row_text.c ;;
    esac
}

compile() {
    local source=$1 object=$2
    [ "$object" -nt "$top/$source" ] && return
    clang -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
        -I"$build" -I"$build/src" -I"$top/include" -I"$top/src" -I"$top/tests" \
        -DSYSCONFDIR='"/etc"' -DPKGDATADIR='"/usr/share/quosync"' \
        $(pkg-config --cflags jansson libcrypto inih libcurl 2>/dev/null) \
        -c "$top/$source" -o "$object"
}

# Finished and failed programs are told apart by their exit status.
run() {
    local target=$1 status=0 extra=()
    [ ! -f "$top/tests/fuzz/$target.dict" ] || extra=(-dict="$top/tests/fuzz/$target.dict")
    mkdir -p "$out/new-$target"
    "$out/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$out/crash-$target-" "${extra[@]}" \
        "$out/new-$target" "$top/tests/fuzz/corpus/$target" >"$out/$target.log" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        echo "$target: FOUND something (exit $status): $out/$target.log"
        tail -n 30 "$out/$target.log"
        return 1
    fi
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$target.log") inputs, nothing found"
}

# throttle: waits until fewer than $jobs children run.
throttle() {
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
        wait -n
    done
}

sources=$(cd "$top" && ls src/core/*.c)
for target in $targets; do
    [ -f "$top/tests/fuzz/fuzz_$target.c" ] || { echo "fuzz.sh: no target $target" >&2; exit 2; }
    sources+=" tests/fuzz/fuzz_$target.c $(more "$target")"
done
for source in $(printf '%s\n' $sources | LC_ALL=C sort -u); do
    throttle
    compile "$source" "$out/objects/$(echo "${source%.c}" | tr / .).o" &
done
wait
objects() {
    printf '%s\n' "$@" | sed "s|/|.|g; s|^|$out/objects/|; s|c\$|o|"
}
libraries=$(pkg-config --libs jansson libcrypto inih libsystemd 2>/dev/null)
for target in $targets; do
    # shellcheck disable=SC2046,SC2086 # lists of words
    clang -fsanitize=fuzzer,address,undefined -o "$out/fuzz_$target" \
        $(objects "tests/fuzz/fuzz_$target.c" $(more "$target") $(cd "$top" && ls src/core/*.c)) \
        $libraries -lm -lpthread || exit 1
done

pids=()
for target in $targets; do
    throttle
    run "$target" &
    pids+=($!)
done
found=0
for pid in "${pids[@]}"; do
    wait "$pid" || found=1
done
exit "$found"
