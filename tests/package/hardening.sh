# hardening.sh - what compiler and linker were asked for is in the result, and the
# service units leave the service little that it could do.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

library=$(find "$TOP_BUILDDIR/.libs" -name 'libquosync.so.*.*' -type f | head -n 1)
check "the library was built" test -n "$library"

imports() {
    readelf -W --dyn-syms "$1" | awk '$7 == "UND" { sub(/@.*/, "", $8); print $8 }' | LC_ALL=C sort -u
}

# hardened FILE NAME N: what the loader will do with it; and that it calls at least N
# functions in the form that knows the room of what it writes to.
hardened() {
    local file=$1 name=$2 headers dynamic imported
    headers=$(readelf -lW "$file")
    dynamic=$(readelf -dW "$file")
    imported=$(imports "$file")
    check "$name: all addresses are resolved at the start" grep -q 'BIND_NOW\|Flags:.* NOW\|Flags: NOW' <<<"$dynamic"
    check "$name: and read-only from then on" grep -q GNU_RELRO <<<"$headers"
    check "$name: the stack cannot be executed" grep -qE 'GNU_STACK .* RW +0x' <<<"$headers"
    check "$name: no segment can be written and executed" \
        sh -c '! printf "%s\n" "$1" | grep -qE "LOAD .* RWE"' - "$headers"
    check "$name: no code was relocated" sh -c '! printf "%s\n" "$1" | grep -q TEXTREL' - "$dynamic"
    check "$name: libraries come from where the system has them" \
        sh -c '! printf "%s\n" "$1" | grep -qE "RPATH|RUNPATH"' - "$dynamic"
    check "$name: stacks are guarded" grep -qx __stack_chk_fail <<<"$imported"
    check "$name: copies and prints are checked for their room" \
        test "$(grep -c '^__.*_chk$' <<<"$imported")" -ge "$3"
}

hardened "$QUOSYNC" quosync 5
hardened "$library" libquosync 2
check "quosync is loaded at an address of chance" grep -q 'Flags:.*PIE' <<<"$(readelf -dW "$QUOSYNC")"
if [ "$(uname -m)" = x86_64 ]; then
    check "jumps land where jumps may land" \
        test "$(objdump -d --no-show-raw-insn "$QUOSYNC" | grep -c endbr64)" -gt 100
fi
check "room is known at run time, too, where compiler and C library can" \
    sh -c 'grep -qE "^CPPFLAGS = .*_FORTIFY_SOURCE=3" "$1/Makefile" ||
        grep -q "^quosync_cv_fortify_3=no" "$1/config.log"' - "$TOP_BUILDDIR"

# Lower is better: 0.0 to 10.0. (Threshold in tenths.)
if command -v systemd-analyze >/dev/null; then
    for unit in "$TOP_SRCDIR"/contrib/systemd/*.service; do
        grep -q '^ExecStart=.*quosync' "$unit" || continue
        check "${unit##*/} leaves its service little (2.0 or less)" \
            systemd-analyze security --offline=true --threshold=20 --no-pager "$unit" \
            >"$work/exposure" 2>&1
        tail -n 1 "$work/exposure"
    done
else
    echo "systemd-analyze is not there: the units were not looked at"
fi
for line in NoNewPrivileges=yes LimitCORE=0 ProtectSystem=strict UMask=0077 CapabilityBoundingSet= \
    MemoryDenyWriteExecute=yes; do
    check "quosync.service says $line" grep -qx "$line" "$TOP_SRCDIR/contrib/systemd/quosync.service"
done
finish
