# config.sh - the configuration's table against what is written about it: the
# sample file and quosync.conf(5) hold every key, the sample's values are the
# defaults, and the sample is a configuration that loads.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
cd "$TOP_SRCDIR" || exit 99

keys=$(sed -n 's/^    { "\([a-z_]*\)", CONFIG_.*/\1/p' src/base/config_table.c)
check "the table has keys" test "$(echo "$keys" | wc -l)" -ge 29

wrong=$(for key in $keys; do
    grep -qE "^#$key = " contrib/quosync.conf || echo "$key"
done)
empty "the sample file holds every key" "$wrong"

wrong=$(for key in $keys; do
    grep -qxF ".It Ic $key" man/quosync.conf.5 || echo "$key"
done)
empty "quosync.conf(5) holds every key" "$wrong"

wrong=$(sed -n 's/^\.It Ic \([a-z_]*\)$/\1/p' man/quosync.conf.5 | while read -r key; do
    echo "$keys" | grep -qxF "$key" || echo "$key"
done)
empty "quosync.conf(5) holds no key that is none" "$wrong"

# Defaults: all sample lines, but those that show a form ("...") or a path of ours.
grep -E '^#[a-z_]+ = ' contrib/quosync.conf |
    grep -vE '\.\.\.|^#(database|webhook_secrets_file|api_key_file) ' | sed 's/^#//' >"$work/sample.conf"
chmod 600 "$work/sample.conf"
shown=$(env -i "$QUOSYNC" config --config "$work/sample.conf" 2>"$work/mistakes")
equal "the sample's values load" "$?" 0
empty "the sample's values are no mistakes" "$(cat "$work/mistakes")"
default=$(env -i QUOSYNC_CONFIG=/dev/null "$QUOSYNC" config)
equal "the sample's values are the defaults" "$(echo "$shown" | sed 's/  # .*//')" \
    "$(echo "$default" | sed 's/  # .*//')"

env -i "$QUOSYNC" config --config contrib/quosync.conf >/dev/null 2>"$work/mistakes"
equal "the sample file loads" "$?" 0
finish
