# reconcile_columns.sh - the comparison of the mirror with the fake Quo, on which the tests
# of reconciliation rest, sees every column that REST knows: it names each, and another
# value in any of them is a difference.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
. "$TOP_SRCDIR/tests/support/fakequo.sh" || exit 99

fake --seed 11 --contacts 60 --calls 40 --messages 40 --users 4 --numbers 3 --days 25
connect
check "migrate makes the schema" "$QUOSYNC" migrate --config "$conf"
check "and the roles" "$QUOSYNC" migrate --roles --config "$conf"
reconcile
equal "a reconciliation exits 0" "$status" 0
empty "every table is equal to Quo" "$(differences)"
empty "no column that REST knows is left out of that" "$(columns_left_out)"
finish
