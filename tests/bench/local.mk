# `make bench`: ratios against references measured in the same run. No part of `make check`.
bench_programs = \
    %D%/probe \
    %D%/reference

bench_helpers = \
    %D%/reference_server \
    tests/support/deliveries \
    tests/support/sender

EXTRA_PROGRAMS += $(bench_programs)
check_PROGRAMS += %D%/reference_server
CLEANFILES += $(bench_programs)
EXTRA_DIST += %D%/bench.sh %D%/reconcile.sh %D%/reports.sh %D%/reports_data.sql

%C%_probe_SOURCES = %D%/probe.c tests/support/generate.c tests/support/generate.h
%C%_probe_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
%C%_probe_LDADD = libcore.la $(LIBPQ_LIBS)

%C%_reference_SOURCES = %D%/reference.c tests/support/generate.c tests/support/generate.h
%C%_reference_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
%C%_reference_LDADD = $(LIBPQ_LIBS) -lpthread

%C%_reference_server_SOURCES = %D%/reference_server.c
%C%_reference_server_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS) $(MICROHTTPD_CFLAGS)
%C%_reference_server_LDADD = libcore.la $(LIBPQ_LIBS) $(MICROHTTPD_LIBS) -lpthread

# Settings of a server that keeps its promises: fsync and synchronous_commit stay on.
RUN_BENCH = $(AM_TESTS_ENVIRONMENT) \
    $(SHELL) $(top_srcdir)/tests/support/with_postgres.sh -c shared_buffers=512MB \
    bash $(top_srcdir)/tests/bench/bench.sh

.PHONY: bench bench-full bench-reconcile bench-reports
bench: all $(bench_programs) $(bench_helpers)
	@$(RUN_BENCH)
bench-full: all $(bench_programs) $(bench_helpers)
	@BENCH_FULL=1; export BENCH_FULL; $(RUN_BENCH)
bench-reconcile: all $(check_PROGRAMS)
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(top_srcdir)/tests/support/with_postgres.sh \
	    bash $(top_srcdir)/tests/bench/reconcile.sh
bench-reports: all
	@$(AM_TESTS_ENVIRONMENT) $(SHELL) $(top_srcdir)/tests/support/with_postgres.sh \
	    -c shared_buffers=512MB bash $(top_srcdir)/tests/bench/reports.sh
