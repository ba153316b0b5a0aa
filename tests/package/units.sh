# units.sh - the systemd units: systemd understands every line of them, they shut the
# program in, and as they are built they start the program where it is installed.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

command -v systemd-analyze >/dev/null || { echo "systemd-analyze is not installed"; exit 77; }

units=$TOP_SRCDIR/contrib/systemd
for unit in "$units"/quosync*; do
    sed "s|/usr/local/bin/|${QUOSYNC%/*}/|" "$unit" >"$work/${unit##*/}"
done
mkdir "$work/quosync.service.d"
cp "$units/credentials.conf" "$work/quosync.service.d"
for unit in "$units"/quosync*; do
    unit=${unit##*/}
    empty "systemd finds no fault with $unit" \
        "$(cd "$work" && systemd-analyze verify --man=no "./$unit" 2>&1)"
done
sed -i 's/^MemoryMax/MemoryMx/' "$work/quosync.service"
check "and would find one" test -n "$(cd "$work" && systemd-analyze verify --man=no ./quosync.service 2>&1)"

for unit in "$units"/*.service; do
    exposure=$(systemd-analyze security --offline=true "$unit" 2>&1 |
        sed -n 's/.*exposure level.*: \([0-9]*\)\.\([0-9]\).*/\1\2/p')
    check "${unit##*/} is exposed by 2.0 at most" test "${exposure:-99}" -le 20
done

bindir=$(env -u MAKEFLAGS -u MAKELEVEL make -s --no-print-directory -C "$TOP_BUILDDIR" print-bindir)
for unit in "$TOP_BUILDDIR"/contrib/units/*.service; do
    equal "${unit##*/} as it is installed starts the installed program" \
        "$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$unit")" "$bindir/quosync"
done
finish
