# corpora.sh - gives every fuzz target its corpus, and the samples too.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

for target in config event headers ingest instant phone rest values; do
    check "what the corpus of $target holds is taken or refused in order" \
        "$TOP_BUILDDIR/tests/fuzz/fuzz_$target" "$TOP_SRCDIR/tests/fuzz/corpus/$target"
done
check "so are the samples" "$TOP_BUILDDIR/tests/fuzz/fuzz_event" "$TOP_SRCDIR/tests/samples"
finish
