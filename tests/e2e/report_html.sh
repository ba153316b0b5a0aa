# report_html.sh - the page of the reports, over a workspace whose every text is
# hostile: its markup is sound, its colours can be read, and in a browser (where
# Chromium is installed) it is silent, sorts, and asks for nothing.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
command -v python3 >/dev/null || exit 77
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

page_check() {
    python3 "$TOP_SRCDIR/tests/support/page_check.py" "$@" 2>&1
}

configure
"$QUOSYNC" migrate --config "$conf" >"$work/migrate.log" 2>&1
"$QUOSYNC" report --all --format html --config "$conf" >"$work/empty.html" 2>"$work/err"
equal "a page of an empty mirror is made" $? 0
empty "and sound" "$(page_check "$work/empty.html")"

python3 "$TOP_SRCDIR/tests/e2e/report_events.py" "$org_id" "$(date +%s)" >"$work/events.ndjson"
"$QUOSYNC" ingest --config "$conf" "$work/events.ndjson" >"$work/ingest.log" 2>&1
"$QUOSYNC" work --drain --config "$conf" >"$work/work.log" 2>&1
equal "every hostile event was applied" \
    "$(rows "select (select count(*) from quo.contacts) || ' ' || (select count(*) from quo.messages)
             || ' ' || (select count(*) from quo.calls) || ' ' || (select count(*) from quo.dead_letters)")" \
    "60 400 250 0"

"$QUOSYNC" report --all --format html --config "$conf" >"$work/all.html" 2>"$work/err"
equal "a page of all reports is made" $? 0
empty "nothing is said beside it" "$(cat "$work/err")"
empty "it is sound" "$(page_check "$work/all.html")"
equal "it has every report of the list" "$(grep -c '<section class="report"' "$work/all.html")" \
    "$("$QUOSYNC" report --config "$conf" | grep -c '^  ')"
equal "each report has a section of its own in the contents" \
    "$(grep -c '^<li><a href="#' "$work/all.html")" "$(grep -c '<section class="report"' "$work/all.html")"

names=$("$QUOSYNC" report --config "$conf" | sed -n 's/^  \([a-z_]*\) .*/\1/p')
mkdir "$work/single"
wrong=$(for name in $names; do
    "$QUOSYNC" report "$name" --format html --config "$conf" >"$work/single/$name.html" 2>&1 ||
        echo "$name: exit $?"
done)
empty "each report makes a page" "$wrong"
empty "each of them is sound" "$(page_check "$work"/single/*.html)"
equal "charts of every shape are drawn" "$(for shape in bars lines squares; do
    case $shape in
    bars) grep -q '<desc [^>]*>[0-9]* bars' "$work/all.html" ;;
    lines) grep -q '<desc [^>]*>[0-9]* points' "$work/all.html" ;;
    squares) grep -q '<desc [^>]*>[0-9]* by [0-9]* squares' "$work/all.html" ;;
    esac && echo "$shape"
done | xargs)" "bars lines squares"

empty "colours stand out from each other as WCAG asks, in each scheme" \
    "$(page_check --contrast "$TOP_SRCDIR/src/app/report.css")"
sed 's/--soft: #[0-9a-f]*/--soft: #bbbbbb/' "$TOP_SRCDIR/src/app/report.css" >"$work/pale.css"
check "a colour too pale would be found" grep -q 'soft #bbbbbb on --paper' \
    <(page_check --contrast "$work/pale.css")
sed 's|</table>||' "$work/all.html" >"$work/broken.html"
check "an element that is not closed would be found" grep -q '</div> within' \
    <(page_check "$work/broken.html")

# ---- in a browser ---------------------------------------------------------------------
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$chromium" ]; then
    echo "skipped: the browser's part, because no Chromium is installed (apt-get install chromium)"
    finish
fi
pictures=$TOP_BUILDDIR/tests/e2e/report_html.pictures
mkdir -p "$pictures"
timeout 300 python3 "$TOP_SRCDIR/tests/e2e/report_html.py" "$chromium" "$work/all.html" \
    "$work/single/${names%%[!a-z_]*}.html" "$pictures" >"$work/browser.log" 2>&1
status=$?
cat "$work/browser.log"
failures=$((failures + $(grep -c '^not ok' "$work/browser.log")))
check "the browser came to the end of it" test "$status" -le 1 -a -s "$pictures/phone-dark.png"
finish
