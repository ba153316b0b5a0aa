# Layer 4, app: what the program does.
noinst_LTLIBRARIES += libapp.la
libapp_la_SOURCES = \
    %D%/admin.c \
    %D%/admin.h \
    %D%/apply.c \
    %D%/apply.h \
    %D%/batch.c \
    %D%/batch.h \
    %D%/client.c \
    %D%/client.h \
    %D%/connect.c \
    %D%/connect.h \
    %D%/dead.c \
    %D%/dead.h \
    %D%/depth.c \
    %D%/depth.h \
    %D%/doctor.c \
    %D%/doctor.h \
    %D%/doctor_config.c \
    %D%/doctor_host.c \
    %D%/doctor_internal.h \
    %D%/doctor_mirror.c \
    %D%/doctor_quo.c \
    %D%/doctor_schema.c \
    %D%/doctor_server.c \
    %D%/doctor_settings.c \
    %D%/erase.c \
    %D%/erase.h \
    %D%/html.c \
    %D%/html.h \
    %D%/ingest.c \
    %D%/ingest.h \
    %D%/ingest_line.c \
    %D%/intake.c \
    %D%/intake.h \
    %D%/metrics.c \
    %D%/metrics.h \
    %D%/migrate.c \
    %D%/migrate.h \
    %D%/output.c \
    %D%/output.h \
    %D%/process.c \
    %D%/process.h \
    %D%/prune.c \
    %D%/prune.h \
    %D%/prune_content.c \
    %D%/prune_content.h \
    %D%/receive.c \
    %D%/receive.h \
    %D%/reconcile.c \
    %D%/reconcile.h \
    %D%/reconcile_calls.c \
    %D%/reconcile_contacts.c \
    %D%/reconcile_deliveries.c \
    %D%/reconcile_directory.c \
    %D%/reconcile_history.c \
    %D%/reconcile_history.h \
    %D%/reconcile_internal.h \
    %D%/reconcile_messages.c \
    %D%/reconcile_run.c \
    %D%/reconcile_walk.c \
    %D%/replay.c \
    %D%/replay.h \
    %D%/report.c \
    %D%/report.h \
    %D%/report_chart.c \
    %D%/report_chart.h \
    %D%/report_chart_data.c \
    %D%/report_files.h \
    %D%/report_html.c \
    %D%/report_page.c \
    %D%/report_page.h \
    %D%/report_page_table.c \
    %D%/report_page_table.h \
    %D%/report_svg.c \
    %D%/report_svg.h \
    %D%/report_svg_bars.c \
    %D%/report_svg_columns.c \
    %D%/report_svg_heatmap.c \
    %D%/report_text.c \
    %D%/serve.c \
    %D%/serve.h \
    %D%/status.c \
    %D%/status.h \
    %D%/webhook.c \
    %D%/webhook.h \
    %D%/worker.c \
    %D%/worker.h
nodist_libapp_la_SOURCES = %D%/report_files.c %D%/reports.c
libapp_la_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) -pthread
libapp_la_LIBADD = libnet.la libdb.la libbase.la libcore.la $(JANSSON_LIBS) $(CRYPTO_LIBS) -lm

# The style sheet and the script of a report page, as strings.
EXTRA_DIST += %D%/report.css %D%/report.js %D%/report_files.awk
BUILT_SOURCES += %D%/report_files.c
CLEANFILES += %D%/report_files.c

%D%/report_files.c: %D%/report.css %D%/report.js %D%/report_files.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && LC_ALL=C $(AWK) -f $(srcdir)/%D%/report_files.awk \
	    $(srcdir)/%D%/report.css $(srcdir)/%D%/report.js >$@.new && mv -f $@.new $@
