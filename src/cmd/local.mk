# Layer 5, cmd: one file for each command.
bin_PROGRAMS += quosync
quosync_SOURCES = \
    %D%/cmd_completion.c \
    %D%/cmd_config.c \
    %D%/cmd_dead.c \
    %D%/cmd_doctor.c \
    %D%/cmd_erase.c \
    %D%/cmd_ingest.c \
    %D%/cmd_migrate.c \
    %D%/cmd_points.c \
    %D%/cmd_prune.c \
    %D%/cmd_reconcile.c \
    %D%/cmd_replay.c \
    %D%/cmd_report.c \
    %D%/cmd_run.c \
    %D%/cmd_serve.c \
    %D%/cmd_status.c \
    %D%/cmd_webhook.c \
    %D%/cmd_work.c \
    %D%/command.h \
    %D%/help.c \
    %D%/main.c \
    %D%/parse.c \
    %D%/parse.h
quosync_CFLAGS = $(AM_CFLAGS) -pthread
quosync_LDADD = libapp.la libnet.la libdb.la libbase.la libcore.la
quosync_LDFLAGS = $(AM_LDFLAGS) -pthread
