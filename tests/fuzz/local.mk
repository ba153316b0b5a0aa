# Fuzz targets (contrib/fuzz.sh runs them with libFuzzer). make check gives
# each what its corpus holds: everything that ever led somewhere new.
fuzz_tests = \
    %D%/corpora.sh

check_PROGRAMS += \
    %D%/fuzz_config \
    %D%/fuzz_event \
    %D%/fuzz_headers \
    %D%/fuzz_ingest \
    %D%/fuzz_instant \
    %D%/fuzz_phone \
    %D%/fuzz_rest \
    %D%/fuzz_values
TESTS += $(fuzz_tests)
EXTRA_DIST += $(fuzz_tests) %D%/corpus %D%/rest.dict

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
%C%_fuzz_instant_SOURCES = %D%/fuzz.h %D%/fuzz_instant.c %D%/replay.c
%C%_fuzz_instant_LDADD = libcore.la
%C%_fuzz_phone_SOURCES = %D%/fuzz.h %D%/fuzz_phone.c %D%/replay.c
%C%_fuzz_phone_LDADD = libcore.la
# The page reader without the run around it, which the target stands in for.
%C%_fuzz_rest_SOURCES = \
    %D%/fuzz.h \
    %D%/fuzz_rest.c \
    %D%/replay.c \
    src/app/reconcile_walk.c \
    tests/support/row_text.c
%C%_fuzz_rest_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_fuzz_rest_LDADD = libcore.la $(JANSSON_LIBS)
