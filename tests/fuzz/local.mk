# Fuzz targets (fuzz.h says how to build one for libFuzzer). make check gives
# each what its corpus holds: everything that ever led somewhere new.
fuzz_tests = \
    %D%/corpora.sh

check_PROGRAMS += \
    %D%/fuzz_config \
    %D%/fuzz_event \
    %D%/fuzz_headers \
    %D%/fuzz_ingest \
    %D%/fuzz_values
TESTS += $(fuzz_tests)
EXTRA_DIST += $(fuzz_tests) %D%/corpus

%C%_fuzz_config_SOURCES = %D%/fuzz.h %D%/fuzz_config.c %D%/replay.c
%C%_fuzz_config_LDADD = libbase.la libcore.la
%C%_fuzz_event_SOURCES = %D%/fuzz.h %D%/fuzz_event.c %D%/replay.c
%C%_fuzz_event_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_fuzz_event_LDADD = libcore.la $(JANSSON_LIBS)
%C%_fuzz_headers_SOURCES = %D%/fuzz.h %D%/fuzz_headers.c %D%/replay.c
%C%_fuzz_headers_LDADD = libcore.la
%C%_fuzz_ingest_SOURCES = %D%/fuzz.h %D%/fuzz_ingest.c %D%/replay.c
%C%_fuzz_ingest_LDADD = libapp.la libcore.la
%C%_fuzz_values_SOURCES = %D%/fuzz.h %D%/fuzz_values.c %D%/replay.c
%C%_fuzz_values_LDADD = libcore.la
