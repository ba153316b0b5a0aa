#!/bin/bash
# System calls fail under `run`, one kind at a time, by strace: 20 calls times 6 errors, each
# at every 20th call, while deliveries come in. Nothing that was acknowledged is lost or
# doubled, nothing crashes or hangs beyond its deadline. For `make torture` alone; needs strace.
. "$TOP_SRCDIR/tests/support/prove.sh" || exit 99

if ! strace -V >/dev/null 2>&1; then
    echo "strace is not installed"
    exit 77
fi
if ! strace -f -qq -o "$work/try" true 2>"$work/try.err"; then
    echo "nothing can be traced here: $(cat "$work/try.err")"
    exit 77
fi
calls="accept4 bind close connect epoll_ctl epoll_wait eventfd2 fcntl futex getsockname
       listen lseek mmap openat poll read recvfrom sendto socket write"
errors="ENOSPC EINTR EIO EMFILE ECONNRESET ENOMEM"
"$deliveries" --sets 5 --poison 2 trouble 60 >"$work/deliveries"
gone() {
    ! kill -0 "$1" 2>/dev/null
}
free_again() {
    ! listening
}
n=0 hung=0 died=0 worked=0
for call in $calls; do
    for error in $errors; do
        n=$((n + 1))
        sql -c "truncate quo.inbox, quo.events, quo.delivery_ids, quo.dead_letters" 2>/dev/null ||
            fresh_schema
        # The first ones are the loader's and the start's: what fails there is just no start.
        strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:error=$error:when=40+20" \
            "$QUOSYNC" run >"$work/run.log" 2>&1 &
        traced=$!
        wait_for 5 listening || true
        "$sender" --port "$PORT" --secret "$SECRET" --connections 4 --attempts 0 --timeout 4000 \
            --deadline 4 --outcomes "$work/outcomes" "$work/deliveries" >"$work/figures" 2>&1
        server=$(pgrep -P "$traced" | head -n 1)
        [ -z "$server" ] || kill -TERM "$server" 2>/dev/null
        wait_for 14 gone "$traced" || {
            hung=$((hung + 1))
            fail "$call answers $error: it ends in time"
            kill -KILL "$server"
        }
        wait "$traced" 2>/dev/null
        status=$?
        # libmicrohttpd gives up itself (SIGABRT) where epoll_ctl fails: that is a restart.
        [ "$status" -lt 128 ] || died=$((died + 1))
        [ "$status" -ne 139 ] || fail "$call answers $error: it does not crash"
        [ "$(share_ok "$work/outcomes")" -eq 0 ] || worked=$((worked + 1))
        wait_for 5 free_again || true
        equal "$call answers $error: what is left is applied" "$(drain && echo yes)" yes
        empty "$call answers $error: nothing is lost or doubled" \
            "$(broken_promises "$work/outcomes" | head -3)"
    done
done
check "in half of the runs deliveries were acknowledged" test "$((2 * worked))" -ge "$n"
echo "# $worked of $n runs acknowledged deliveries"
echo "# $n pairs of a call and an error, $hung hung, $died ended by a signal"
finish
