# Torture: the whole program, linked with a libpq and an allocator that fail as they
# are told. The scripts run a share in `make check`, everything in `make torture`.
torture_tests = \
    %D%/cuts.sh \
    %D%/libpq.sh \
    %D%/memory.sh \
    %D%/orders.sh

check_PROGRAMS += %D%/faults
TESTS += $(torture_tests)
EXTRA_DIST += \
    $(torture_tests) \
    %D%/stage.sh \
    %D%/torture.sql

%C%_faults_SOURCES = \
    %D%/attempt.c \
    %D%/attempt.h \
    %D%/faults.c \
    %D%/quosync_main.h \
    %D%/relay.c \
    %D%/relay.h \
    %D%/scenarios.c \
    %D%/scenarios.h \
    %D%/shim.c \
    %D%/shortage.c \
    %D%/shim.h \
    %D%/stage.c \
    %D%/stage.h \
    %D%/starve.c \
    %D%/starve.h
if ENABLE_POINTS
%C%_faults_SOURCES += \
    %D%/steps.c \
    %D%/steps.h
TORTURE_WRAP_POINTS = -Wl,--wrap=points_reached
endif
%C%_faults_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS) $(MHD_CFLAGS) -pthread
%C%_faults_LDADD = %D%/libprogram.la $(quosync_LDADD) $(LIBPQ_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS)
%C%_faults_LDFLAGS = $(AM_LDFLAGS) -pthread -rdynamic $(TORTURE_WRAP) $(TORTURE_WRAP_POINTS)

# The commands, with a main that is a function.
check_LTLIBRARIES += %D%/libprogram.la
%C%_libprogram_la_SOURCES = $(quosync_SOURCES)
%C%_libprogram_la_CFLAGS = $(quosync_CFLAGS) -include $(srcdir)/%D%/quosync_main.h

TORTURE_WRAP = \
    -Wl,--wrap=PQconnectdbParams \
    -Wl,--wrap=PQconsumeInput \
    -Wl,--wrap=PQenterPipelineMode \
    -Wl,--wrap=PQexitPipelineMode \
    -Wl,--wrap=PQfinish \
    -Wl,--wrap=PQflush \
    -Wl,--wrap=PQgetCancel \
    -Wl,--wrap=PQgetResult \
    -Wl,--wrap=PQpipelineSync \
    -Wl,--wrap=PQsendPrepare \
    -Wl,--wrap=PQsendQuery \
    -Wl,--wrap=PQsendQueryParams \
    -Wl,--wrap=PQsendQueryPrepared \
    -Wl,--wrap=PQsetnonblocking \
    -Wl,--wrap=arena_get \
    -Wl,--wrap=arena_get_zeroed \
    -Wl,--wrap=arena_text \
    -Wl,--wrap=MHD_add_response_header \
    -Wl,--wrap=MHD_create_response_from_buffer \
    -Wl,--wrap=eventfd \
    -Wl,--wrap=fchmod \
    -Wl,--wrap=fchown \
    -Wl,--wrap=fstat \
    -Wl,--wrap=fsync \
    -Wl,--wrap=getnameinfo \
    -Wl,--wrap=getrandom \
    -Wl,--wrap=getsockname \
    -Wl,--wrap=open \
    -Wl,--wrap=open_memstream \
    -Wl,--wrap=pthread_create \
    -Wl,--wrap=read \
    -Wl,--wrap=rename \
    -Wl,--wrap=socket \
    -Wl,--wrap=strdup

# What takes too long for `make check`.
EXTRA_DIST += \
    %D%/soak.sh \
    %D%/syscalls.sh \
    %D%/valgrind.sh

torture_run = $(AM_TESTS_ENVIRONMENT) $(SHELL) $(top_srcdir)/tests/support/with_postgres.sh --no-fsync

.PHONY: torture soak
torture: all $(check_PROGRAMS) $(check_LTLIBRARIES)
	@TORTURE=$${TORTURE:-1}; export TORTURE; failed=0; \
	for test in $(torture_tests) %D%/syscalls.sh %D%/valgrind.sh; do \
	    echo "== $$test"; $(torture_run) bash $(top_srcdir)/$$test; \
	    case $$? in 0|77) ;; *) failed=1 ;; esac; \
	done; \
	KILL_POINTS_HITS="1 2 3 5 8 13 21 34 55 89"; export KILL_POINTS_HITS; \
	RANDOM_KILL_DELIVERIES=100000; export RANDOM_KILL_DELIVERIES; \
	for test in kill_points random_kill; do \
	    echo "== $$test"; $(torture_run) bash $(top_srcdir)/tests/e2e/$$test.sh || failed=1; \
	done; exit $$failed
soak: all $(check_PROGRAMS)
	@$(torture_run) bash $(top_srcdir)/%D%/soak.sh

# What has threads, for a build with --enable-sanitizers=thread.
.PHONY: check-threads
check-threads:
	@$(MAKE) check CK_TIMEOUT_MULTIPLIER=10 TESTS="tests/db/check_pg tests/db/check_store \
	    tests/db/check_worker tests/unit/check_api tests/unit/check_config \
	    tests/unit/check_log tests/unit/check_stop tests/e2e/activation.sh \
	    tests/e2e/http_clients.sh tests/e2e/http_requests.sh tests/e2e/log_trail.sh \
	    tests/e2e/pooler.sh tests/e2e/reconcile.sh tests/e2e/set_test.sh"
