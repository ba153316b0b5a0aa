# report_mail.sh - contrib/reports: a page goes out as an attachment of a sound
# message, or not at all; and what cron runs for nginx replaces a page in one step.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99
. "$TOP_SRCDIR/tests/support/program.sh" || exit 99
command -v python3 >/dev/null || exit 77

configure
"$QUOSYNC" migrate --config "$conf" >"$work/migrate.log" 2>&1
QUOSYNC_CONFIG=$conf
SENDMAIL=$work/sendmail
export QUOSYNC_CONFIG QUOSYNC SENDMAIL
printf '#!/bin/sh\necho "$@" >"%s/sendmail.args"\ncat >"%s/message"\n' "$work" "$work" >"$SENDMAIL"
chmod +x "$SENDMAIL"

mail_report() {
    rm -f "$work/message"
    sh "$TOP_SRCDIR/contrib/reports/mail-report" "$@" >"$work/out" 2>"$work/err"
}

# part N EXPRESSION: of the message, by a parser that is not ours.
message() {
    python3 -c '
import email, email.policy, sys
message = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
parts = list(message.iter_parts())
print(eval(sys.argv[2]))' "$work/message" "$1"
}

name=$("$QUOSYNC" report | sed -n 's/^  \([a-z_]*\) .*/\1/p' | head -n 1)
mail_report --from quo@example.com --subject "Reports für Zoë, in more than twenty letters" \
    one@example.com two@example.com -- "$name" --since 7d
equal "a page is mailed" $? 0
equal "nothing is said, so that cron is silent" "$(cat "$work/out" "$work/err")" ""
equal "sendmail reads whom it is for from the message" "$(cat "$work/sendmail.args")" "-t -i"
equal "it goes to all" "$(message 'message["To"]')" "one@example.com, two@example.com"
equal "the subject keeps its letters" "$(message 'message["Subject"]')" \
    "Reports für Zoë, in more than twenty letters"
empty "each word of the subject is whole by itself" "$(grep -oE '=\?UTF-8\?B\?[^?]*' "$work/message" |
    sed 's/.*?//' | while read -r word; do
    printf %s "$word" | base64 -d | iconv -f UTF-8 -t UTF-8 >"$work/iconv" 2>&1 || echo "$word"
done)"
equal "no parser finds fault with it" "$(message 'message.defects + sum((p.defects for p in parts), [])')" "[]"
equal "the page is an attachment" \
    "$(message '[(p.get_content_type(), p.get_content_disposition()) for p in parts]')" \
    "[('text/plain', None), ('text/html', 'attachment')]"
check "its name says what it is" grep -qE '^quo-reports-[0-9]{4}-[0-9]{2}-[0-9]{2}\.html$' \
    <(message 'parts[1].get_filename()')
message 'parts[1].get_content()' >"$work/attached.html"
empty "the page arrives whole" "$(PYTHONDONTWRITEBYTECODE=1 \
    python3 "$TOP_SRCDIR/tests/support/page_check.py" "$work/attached.html")"
equal "no line is longer than mail allows" "$(awk 'length > 998' "$work/message" | wc -l)" 0

mail_report team@example.com -- no_such_report
equal "without a page quosync's status is the script's" $? 2
check "what it said is told" grep -q 'no_such_report' "$work/err"
check "and nothing is mailed" test ! -e "$work/message"
mail_report --subject "$(printf 'one\nBcc: other@example.com')" team@example.com -- "$name"
equal "a header cannot be smuggled in" $? 2
check "and nothing is mailed then" test ! -e "$work/message"
mail_report -- "$name"
equal "without an address it is wrong usage" $? 2
mail_report team@example.com
equal "so it is without a report" $? 2

# The line of the crontab, word for word, with a folder of ours.
line=$(sed -n 's|^\*/15 \* \* \* \* *cd /var/lib/quosync/reports|cd "$work/served"|p' \
    "$TOP_SRCDIR/contrib/reports/crontab")
mkdir "$work/served" "$work/bin"
ln -s "$QUOSYNC" "$work/bin/quosync"
check "there is a line for the page that nginx serves" test -n "$line"
(PATH=$work/bin:$PATH && eval "$line")
equal "it makes the page" "$(ls -A "$work/served")" index.html
cp "$work/served/index.html" "$work/before.html"
(PATH=$work/bin:$PATH && QUOSYNC_DATABASE="host=$work/nowhere" && export QUOSYNC_DATABASE && eval "$line") \
    2>"$work/err"
check "a failure is said" test -s "$work/err"
check "and leaves the page as it was" cmp -s "$work/served/index.html" "$work/before.html"

# nginx, where there is one, takes the snippet.
nginx=$(command -v nginx || ls /usr/sbin/nginx 2>/dev/null || true)
if [ -n "$nginx" ]; then
    {
        echo "pid $work/nginx.pid; error_log stderr; events {}"
        echo "http { access_log off; server { listen 127.0.0.1:$(free_port);"
        sed "s|/var/lib/quosync/reports|$work/served|" "$TOP_SRCDIR/contrib/reports/nginx.conf"
        echo "} }"
    } >"$work/nginx.conf"
    check "nginx takes the snippet" "$nginx" -t -q -e stderr -p "$work" -c "$work/nginx.conf"
else
    echo "skipped: whether nginx takes the snippet, because it is not installed"
fi
finish
