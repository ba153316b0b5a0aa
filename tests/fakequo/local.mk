# A Quo for tests: a program of its own, which the tests and the quick start run.
check_PROGRAMS += tests/fakequo/fakequo
tests_fakequo_fakequo_SOURCES = \
    %D%/activities.c \
    %D%/control.c \
    %D%/fakequo.c \
    %D%/faults.c \
    %D%/faults.h \
    %D%/requests.h \
    %D%/routes.c \
    %D%/sending.c \
    %D%/webhooks.c \
    %D%/workspace.c \
    %D%/workspace.h
tests_fakequo_fakequo_CFLAGS = \
    $(AM_CFLAGS) $(MICROHTTPD_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(CURL_CFLAGS) -pthread
tests_fakequo_fakequo_LDADD = \
    libcore.la $(MICROHTTPD_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS) $(CURL_LIBS)
