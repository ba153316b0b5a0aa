# Layer 2, base: what any process needs.
noinst_LTLIBRARIES += libbase.la
libbase_la_SOURCES = \
    %D%/clock.c \
    %D%/clock.h \
    %D%/config.c \
    %D%/config.h \
    %D%/config_check.c \
    %D%/config_file.c \
    %D%/config_file.h \
    %D%/config_parse.c \
    %D%/config_parse.h \
    %D%/config_show.c \
    %D%/config_slots.h \
    %D%/config_table.c \
    %D%/log.c \
    %D%/log.h \
    %D%/log_list.c \
    %D%/log_list.h \
    %D%/points.c \
    %D%/points.h \
    %D%/progress.c \
    %D%/progress.h \
    %D%/secret_file.c \
    %D%/secret_file.h \
    %D%/secret_file_write.c \
    %D%/secrets.c \
    %D%/secrets.h \
    %D%/stop.c \
    %D%/stop.h \
    %D%/systemd.c \
    %D%/systemd.h
libbase_la_CFLAGS = $(AM_CFLAGS) $(INIH_CFLAGS) $(CRYPTO_CFLAGS) $(SYSTEMD_CFLAGS) -pthread
libbase_la_LIBADD = libcore.la $(INIH_LIBS) $(CRYPTO_LIBS) $(SYSTEMD_LIBS)
