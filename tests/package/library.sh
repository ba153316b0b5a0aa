# library.sh - what a program outside of this tree has of libquosync: installed
# below a root of its own it is found by pkg-config, and the example of a CRM
# (contrib/example/crm.c) compiles against it and takes signed deliveries.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

root=$work/root
# The test must not take part in the make that runs it.
unset MAKEFLAGS MAKELEVEL MFLAGS
if ! make -C "$TOP_BUILDDIR" install DESTDIR="$root" >"$work/install.log" 2>&1; then
    fail "make install works with DESTDIR" "$(tail -n 20 "$work/install.log")"
    finish
fi
pass "make install works with DESTDIR"

pc=$(find "$root" -name quosync.pc)
check "a .pc file is installed" test -n "$pc"
libdir=$(sed -n 's/^libdir=//p' "$pc" | sed "s|\${exec_prefix}|$(sed -n 's/^exec_prefix=//p' "$pc")|
s|\${prefix}|$(sed -n 's/^prefix=//p' "$pc")|g")
export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$root
# Compilers leave out what they take for their own; below a root it is not.
export PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 PKG_CONFIG_ALLOW_SYSTEM_LIBS=1
check "pkg-config knows the library" pkg-config --exists quosync
equal "its version is the program's" "$(pkg-config --modversion quosync)" \
    "$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"/\1/p' "$TOP_BUILDDIR/config.h")"

library=$(find "$root$libdir" -name 'libquosync.so.*' -type l)
equal "the library is versioned" "$(basename "$library")" libquosync.so.0
equal "its name for the loader has the version" \
    "$(objdump -p "$library" | awk '$1 == "SONAME" { print $2 }')" libquosync.so.0

# A sanitizer's library must come first, and the example is not built with it.
flags=$(nm -D "$library" | grep -q ' U __asan_init' && echo -fsanitize=address,undefined)
# shellcheck disable=SC2046,SC2086 # lists of flags
check "the example compiles without a warning against what is installed" \
    ${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror $flags \
    "$TOP_SRCDIR/contrib/example/crm.c" \
    $(pkg-config --cflags --libs quosync) -o "$work/crm"
[ -x "$work/crm" ] || finish
equal "it is linked with the installed library alone" \
    "$(objdump -p "$work/crm" | awk '$1 == "NEEDED" && /quosync|jansson|crypto/ { print $2 }')" \
    libquosync.so.0

export LD_LIBRARY_PATH=$root$libdir
export QUO_WEBHOOK_SECRET=whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE=
key=$(printf %s "${QUO_WEBHOOK_SECRET#whsec_}" | base64 -d | od -An -tx1 | tr -d ' \n')

# delivery NAME BODY [TIMESTAMP]: a file with the body, signed as Quo would.
delivery() {
    local timestamp=${3:-$(date +%s)} mac
    mac=$({ printf '%s.%s.' "msg_$1" "$timestamp"; cat "$2"; } |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
    {
        printf 'Host: crm.example.net\r\nWebhook-Id: msg_%s\r\n' "$1"
        printf 'webhook-timestamp: %s\r\nwebhook-signature: v1,%s\r\n\r\n' "$timestamp" "$mac"
        cat "$2"
    } >"$work/$1"
}

samples=$TOP_SRCDIR/tests/samples
delivery updated "$samples/contact.updated.json"
delivery deleted "$samples/contact.deleted.json"
delivery stale "$samples/contact.updated.stale.json"
delivery received "$samples/message.received.json"
delivery completed "$samples/call.completed.json"
delivery ringing "$samples/call.ringing.json"
delivery task "$samples/task.created.json"

cd "$work" || exit 99
check "signed deliveries are taken" \
    sh -c './crm updated stale received completed ringing task >rows 2>errors'
empty "nothing is said against them" "$(cat errors)"
check "a contact shows its names" grep -q '^contact 66f1c0aa1d4e5b7c8d9e0a11: first_name="Ada" ' rows
check "a contact shows its phone numbers with E.164" \
    grep -qE '^  contact_phone_numbers 1: value="[^"]+" e164="\+[0-9]+"' rows
check "a contact shows its custom fields by type" \
    grep -q '^  contact_custom_fields [0-9]*: key="lead-score" .*value_number=87.5' rows
check "a message shows whom Quo matched" \
    sh -c "grep -A 3 '^message ACm01Ada5BpL:' rows | grep -q '^  activity_contacts 1: contact_id='"
check "a call is one row from two events" sh -c "test \$(grep -c '^call ACc01Ada1nC4l:' rows) = 1"

./crm ringing task completed received stale updated >reversed
check "another order gives the same rows" cmp -s rows reversed
./crm updated stale updated received completed ringing received task stale >repeated
check "repetition gives the same rows" cmp -s rows repeated
check "standard input is read" sh -c './crm <updated | grep -q "^contact "'
check "a deleted contact shows when" \
    sh -c './crm updated deleted | grep -q "^contact .* deleted_at=2026-"'

sed 's/Ada/Eva/' updated >changed
./crm changed received >rows 2>errors
equal "a changed body is refused and the others are taken" \
    "$? $(cat errors) $(grep -c '^message ' rows)" "1 changed: no signature matches 1"
delivery old "$samples/message.received.json" 1793800991
./crm old >rows 2>errors
equal "an old delivery is refused" "$? $(cat errors)" \
    "1 old: the timestamp is too far from the clock"
check "a recorded delivery is taken when its age does not matter" \
    sh -c './crm --any-time old | grep -q "^message "'
printf '{"id":"EV1","type":"contact.updated","createdAt":"now"}' >bad.json
delivery bad bad.json
./crm bad >rows 2>errors
equal "a genuine delivery that is no event is refused with its reason" "$? $(cat errors)" \
    "1 bad: createdAt is not an RFC 3339 instant with an offset"
./crm --nonsense >rows 2>errors
equal "usage is told" $? 2
QUO_WEBHOOK_SECRET=whsec_x ./crm updated >rows 2>errors
equal "a bad secret is a usage error that does not show it" "$? $(grep -c whsec_x errors)" "2 0"

make -C "$TOP_BUILDDIR" uninstall DESTDIR="$root" >"$work/uninstall.log" 2>&1
equal "make uninstall works with DESTDIR" $? 0
empty "no file is left behind" "$(find "$root" ! -type d)"
finish
