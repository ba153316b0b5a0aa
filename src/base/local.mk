# Layer 2, base: what any process needs.
noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
    %D%/clock.c \
    %D%/clock.h \
    %D%/config.h \
    %D%/log.c \
    %D%/log.h \
    %D%/points.c \
    %D%/points.h \
    %D%/progress.c \
    %D%/progress.h \
    %D%/secrets.h \
    %D%/stop.c \
    %D%/stop.h
libbase_la_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS) $(CRYPTO_CFLAGS) -pthread
libbase_la_LIBADD = libcore.la $(INIH_LIBS) $(CRYPTO_LIBS)
