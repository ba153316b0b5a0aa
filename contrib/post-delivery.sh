#!/bin/sh
# post-delivery.sh - post files as deliveries, signed as Quo signs them
# (Standard Webhooks): to try out a receiver.
#
#   WEBHOOK_SECRET=whsec_... post-delivery.sh URL FILE...
#
# Each file is the raw body of one delivery. Its webhook-id is the file's name
# and the first digits of its SHA-256, so posting a file again is a duplicate.
# Prints a line for each answer that was not 200, and at last how many were.
#
# Needs openssl and curl. Exit: 0 when every answer was 200, else 1; 2 usage.
set -eu

if [ $# -lt 2 ] || [ -z "${WEBHOOK_SECRET:-}" ]; then
    echo "usage: WEBHOOK_SECRET=whsec_... post-delivery.sh URL FILE..." >&2
    exit 2
fi
url=$1
shift

hexadecimal() {
    od -An -v -tx1 | tr -d ' \n'
}

key=$(printf '%s' "${WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | hexadecimal)
good=0
for file in "$@"; do
    digest=$(openssl dgst -sha256 -r "$file" | cut -c 1-16)
    id="$(basename "$file" .json)-$digest"
    timestamp=$(date +%s)
    signature=$({ printf '%s.%s.' "$id" "$timestamp" && cat "$file"; } |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
    status=$(curl -sS -o /dev/null -w '%{http_code}' --max-time 20 --noproxy '*' \
        -H 'content-type: application/json' -H "webhook-id: $id" \
        -H "webhook-timestamp: $timestamp" -H "webhook-signature: v1,$signature" \
        --data-binary "@$file" "$url") || status="no answer"
    if [ "$status" = 200 ]; then
        good=$((good + 1))
    else
        echo "$file: $status" >&2
    fi
done
echo "$good of $# deliveries were acknowledged"
[ "$good" -eq $# ]
