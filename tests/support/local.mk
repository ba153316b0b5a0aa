# Programs that tests and benchmarks use, and what such shell scripts share.
check_PROGRAMS += \
    %D%/deliveries \
    %D%/judge \
    %D%/sender
EXTRA_DIST += %D%/prove.sh
EXTRA_DIST += %D%/under_faults.sh

%C%_deliveries_SOURCES = \
    %D%/deliveries.c \
    %D%/generate.c \
    %D%/generate.h \
    %D%/generate_trouble.c
%C%_deliveries_LDADD =

%C%_judge_SOURCES = %D%/judge.c
%C%_judge_LDADD = libcore.la

%C%_sender_SOURCES = %D%/sender.c
%C%_sender_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_sender_LDADD = libcore.la $(JANSSON_LIBS)

# Preloaded, so it must be a shared object: -rpath makes libtool build one.
check_LTLIBRARIES += %D%/skew.la %D%/threadless.la
%C%_skew_la_SOURCES = %D%/skew.c
%C%_skew_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -rpath /nowhere
%C%_skew_la_LIBADD = -ldl
%C%_threadless_la_SOURCES = %D%/threadless.c
%C%_threadless_la_LDFLAGS = $(%C%_skew_la_LDFLAGS)
%C%_threadless_la_LIBADD = -ldl
