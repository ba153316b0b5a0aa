# `make bench`: ratios against references measured in the same run. No part of `make check`.
bench_programs = \
    %D%/reference \
    %D%/reference_server

EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)

%C%_reference_SOURCES = %D%/reference.c tests/support/generate.c tests/support/generate.h
%C%_reference_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
%C%_reference_LDADD = $(LIBPQ_LIBS) -lpthread

%C%_reference_server_SOURCES = %D%/reference_server.c
%C%_reference_server_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS) $(MICROHTTPD_CFLAGS)
%C%_reference_server_LDADD = libcore.la $(LIBPQ_LIBS) $(MICROHTTPD_LIBS) -lpthread
