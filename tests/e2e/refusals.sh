# refusals.sh - configurations that must not be run with: each is refused by the
# command line with 78, file, line and key, in words that hold no secret. C names
# the rows of doc/trust.md.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

for name in $(env | sed -n 's/^\(QUOSYNC_[A-Z_]*\)=.*/\1/p'); do
    unset "$name"
done
umask 077
cd "$work" || exit 99
good=whsec_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE=
other=whsec_c2Vjb25kLWtleS1mb3ItdGVzdHMtb25seS0wMDAyIQ==
# Never in any message; the second and third stand for a secret's text.
markers='MARKER|Zmlyc3|c2Vjb25k|c2hvcnQ'
said=$work/said
: >"$said"

# told SENTENCE CONFIGURATION STATUS WORDS COMMAND...: what `quosync COMMAND` says of it.
told() {
    local sentence=$1 text=$2 expected=$3 words=$4 status=0
    shift 4
    printf "$text" >conf
    timeout 20 "$QUOSYNC" "$@" --config conf </dev/null >out 2>&1 || status=$?
    cat out >>"$said"
    if [ "$status" = "$expected" ] && grep -qF -- "$words" out; then
        pass "$sentence"
    else
        fail "$sentence" "status: $status" "expected: $expected, $words" "$(head -n 5 out)"
    fi
}
refused() { told "$1" "$2" 78 "$3" "${@:4}"; }

# ---- C1: secret files -------------------------------------------------------------
printf '%s\r\n\t%s,\r\n' "$good" "$other" >secrets
told "C1: a secret file with CR LF, tabs and commas is read" \
    'webhook_secrets_file = secrets\n' 0 'webhook_secrets_file     = secrets' config
secret_file() {
    refused "C1: $1" 'log = info\nwebhook_secrets_file = odd\n' "$2" serve
    check "C1: $1: line, key and file are named" grep -qE 'conf:2: webhook_secrets_file: .*\bodd\b' out
}
cp secrets odd; chmod 644 odd; secret_file "a secret file that everybody can read" 'can be read by everybody (mode 0644)'
chmod 604 odd; secret_file "one that others can read" 'can be read by everybody (mode 0604)'
rm -f odd; mkdir odd; secret_file "a folder in its place" 'is not a regular file'
rmdir odd; mkfifo odd; secret_file "a FIFO, without waiting for it" 'is not a regular file'
rm -f odd; : >odd; secret_file "an empty file" 'is empty'
head -c 1000000 /dev/zero | tr '\0' A >odd; secret_file "a file of 1 MB" 'is larger than 65536 bytes'
printf '%s\0MARKER' "$good" >odd; secret_file "a file with a NUL" 'holds a NUL byte'
rm -f odd; secret_file "no file" 'cannot open'
ln -s odd odd; secret_file "a link that leads to itself" 'cannot open'
rm -f odd; cp secrets odd; chmod 640 odd
told "C1: a file that its group can read is used" \
    'webhook_secrets_file = odd\n' 0 'odd can be read by its group' config
chmod 644 odd
refused "C1: an API key file that everybody can read" 'api_key_file = odd\n' \
    'conf:1: api_key_file: odd can be read by everybody (mode 0644)' reconcile

# ---- C2: the command line ------------------------------------------------------------
for flag in --webhook-secrets --webhook-secret --api-key --password; do
    told "C2: there is no $flag" '' 2 "$flag" serve "$flag" MARKER
done
told "C2: nor a password in --database" '' 78 'a password on the command line' status \
    --database 'host=a password=MARKER'

# ---- C3: secrets ------------------------------------------------------------------------
while IFS='|' read -r sentence text; do
    refused "C3: $sentence" "webhook_secrets = $good $text\n" 'conf:1: webhook_secrets: secret 2 of 2: ' serve
done <<END
a secret that is a prefix alone|whsec_
a secret that is not base64|whsec_MARKER!MARKER!MARKER!MARKER!MARKER
a secret of 5 bytes|whsec_c2hvcnQ=
a secret of 65 bytes|whsec_$(head -c 65 /dev/zero | base64 -w 0)
a public key|whpk_Zmlyc3Qta2V5LWZvci10ZXN0cy1vbmx5LTAwMDE=
an example that was left|whsec_REPLACE_ME
END
refused "C3: an empty list of secrets" 'webhook_secrets =\n' 'conf:1: webhook_secrets: ' serve
refused "C3: no secret at all" 'batch = 5\n' 'neither webhook_secrets nor webhook_secrets_file is set' serve

# ---- C4: keys and values ----------------------------------------------------------------
refused "C4: a key and its file" 'api_key = MARKER\napi_key_file = odd\n' \
    'conf:1: api_key: api_key_file is set too' status
refused "C4: secrets and their file" "webhook_secrets = $good\nwebhook_secrets_file = odd\n" \
    'conf:1: webhook_secrets: ' serve
refused "C4: an unknown key, and the one that was meant" 'max_bodi = 5\n' \
    'conf:1: max_bodi: unknown key (did you mean "max_body"?)' config
refused "C4: a key that comes twice" 'rate = 5\nrate = 6\n' 'conf:2: rate: was set in line 1 already' config
for value in 0 10001 1e3 -1 +1 08 0x10 1.0 18446744073709551616 18446744073709551617; do
    refused "C4: batch = $value" "\n\nbatch = $value\n" "conf:3: batch: \"$value\" is not a whole number" config
done
told "C4: blanks around a value of the file do not count" 'batch =  8  \n' 0 '= 8' config
QUOSYNC_BATCH=' 8 ' refused "C4: in the environment they do" '' 'QUOSYNC_BATCH' config
QUOSYNC_BATHC=8 told "C4: a variable of no key is told of" '' 0 'QUOSYNC_BATHC' config

# ---- C5: the API's address -----------------------------------------------------------------
while read -r url; do
    refused "C5: api_url = $url" "api_url = $url\napi_key = MARKER\n" 'conf:1: api_url: ' reconcile
done <<'END'
http://example.com
http://127.0.0.1.evil
http://localhost.evil.com
http://user@127.0.0.1
ftp://api.quo.com
file:///etc/passwd
https://user:MARKER@api.quo.com
https://api.quo.com@evil.com
https://api.quo.com.
https://169.254.169.254
https://[::ffff:169.254.169.254]
https://2130706433
https://0x7f.1
https://api.quo.com/?key=MARKER
END
for url in http://127.0.0.1:1 'http://[::1]:1' http://localhost:1; do
    told "C5: $url may be plain" "api_url = $url\n" 0 "$url" config
done

# ---- C6: workspaces -------------------------------------------------------------------------
two() {
    refused "C6: two workspaces with $1" "[workspace a]\norg_id = ORa\n$2\n[workspace b]\norg_id = $3\n$4\n" \
        "$5" config
}
two "one path" "path = /x" ORb "path = /x" 'have the same path /x'
two "one org_id" "" ORa "" 'have the same org_id ORa'
two "one secret" "webhook_secrets = $good" ORb "webhook_secrets = $other $good" \
    'workspace "a" has one of these secrets already'
two "one API key" "api_key = MARKER" ORb "api_key = MARKER" 'have the same API key'

# ---- C7: passwords of the database --------------------------------------------------------------
while IFS='|' read -r status string; do
    for command in status migrate 'dead list' prune ingest; do
        # shellcheck disable=SC2086 # words
        told "C7: $command says no password of $(sed 's/MARKER/…/g' <<<"$string")" "database = $string\n" \
            "$status" database $command
    done
done <<'END'
69|host=/nowhere password=MARKER
69|postgresql://u:MARKER@127.0.0.1:1/d
78|postgresql://u:MARKER@127.0.0.1:1/d?foo=MARKER
78|postgresql://u:MARKER@[x/d
78|host=a password='MARKER
END
told "C7: nor does a worker, again and again" 'database = host=/nowhere password=MARKER\n' 69 database \
    work --drain --workers 1
PGPASSWORD=MARKER told "C7: nor one of the environment" 'database = host=/nowhere\n' 69 database status

check "much was said" test "$(wc -l <"$said")" -gt 150
empty "and no secret in it" "$(grep -anE "$markers" "$said")"
finish
