# Unit tests (Check): no server. To add one: a name in this list, and its source
# %D%/<name>.c. What is shared between them goes into libunit, which a test
# that wants it names in its LDADD.
unit_tests = \
    %D%/check_activity_merge \
    %D%/check_allocations \
    %D%/check_api \
    %D%/check_api_server \
    %D%/check_config \
    %D%/check_config_sources \
    %D%/check_config_values \
    %D%/check_contact_merge \
    %D%/check_digest \
    %D%/check_error \
    %D%/check_event \
    %D%/check_fold \
    %D%/check_framing \
    %D%/check_html \
    %D%/check_httpd \
    %D%/check_instant \
    %D%/check_json_text \
    %D%/check_log \
    %D%/check_memory \
    %D%/check_number \
    %D%/check_output \
    %D%/check_phone \
    %D%/check_points \
    %D%/check_progress \
    %D%/check_report_chart \
    %D%/check_report_page \
    %D%/check_report_svg \
    %D%/check_process \
    %D%/check_row \
    %D%/check_rows_sql \
    %D%/check_signature \
    %D%/check_state \
    %D%/check_stop \
    %D%/check_webhook

if HAVE_CHECK
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)

check_LTLIBRARIES += %D%/libunit.la
endif

%C%_libunit_la_SOURCES = \
    %D%/dump_event.c \
    %D%/dump_event.h \
    %D%/locales.c \
    %D%/locales.h \
    %D%/told.c \
    %D%/told.h \
    %D%/vectors.c \
    %D%/vectors.h \
    tests/support/row_text.c \
    tests/support/row_text.h \
    tests/support/shelf.c \
    tests/support/shelf.h
UNIT_LDADD = %D%/libunit.la $(LDADD)

%C%_libunit_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support $(JANSSON_CFLAGS)
%C%_check_activity_merge_LDADD = $(UNIT_LDADD) $(JANSSON_LIBS)
%C%_check_contact_merge_LDADD = $(UNIT_LDADD) $(JANSSON_LIBS)
%C%_check_fold_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_check_fold_LDADD = $(UNIT_LDADD) $(JANSSON_LIBS)
%C%_check_report_page_LDADD = $(UNIT_LDADD) $(CRYPTO_LIBS)
%C%_check_row_LDADD = $(UNIT_LDADD) $(JANSSON_LIBS)
%C%_check_allocations_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
%C%_check_allocations_LDADD = $(UNIT_LDADD) $(JANSSON_LIBS) $(CRYPTO_LIBS)
%C%_check_allocations_LDFLAGS = $(AM_LDFLAGS) \
    -Wl,--wrap=arena_get -Wl,--wrap=arena_get_zeroed -Wl,--wrap=arena_text
%C%_check_api_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
%C%_check_api_server_SOURCES = \
    %D%/api_server.c \
    %D%/api_server.h \
    %D%/check_api_server.c
%C%_check_api_server_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
%C%_check_api_server_LDADD = libnet.la $(LDADD) $(CURL_LIBS) $(JANSSON_LIBS) -lssl $(CRYPTO_LIBS)
%C%_check_api_LDADD = libnet.la $(LDADD) $(CURL_LIBS) $(JANSSON_LIBS)
%C%_check_config_sources_LDFLAGS = $(AM_LDFLAGS) \
    -Wl,--wrap=arena_get -Wl,--wrap=arena_get_zeroed -Wl,--wrap=arena_text
%C%_check_event_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_check_event_LDADD = $(UNIT_LDADD) $(JANSSON_LIBS)
%C%_check_framing_CFLAGS = $(AM_CFLAGS) $(MHD_CFLAGS)
%C%_check_framing_LDADD = libnet.la $(LDADD) $(MHD_LIBS)
%C%_check_framing_LDFLAGS = $(AM_LDFLAGS) \
    -Wl,--wrap=MHD_get_connection_values_n -Wl,--wrap=MHD_get_version
%C%_check_httpd_LDADD = libnet.la $(LDADD) $(MHD_LIBS)
%C%_check_httpd_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=send
%C%_check_instant_LDADD = $(UNIT_LDADD)
%C%_check_json_text_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_check_json_text_LDADD = $(UNIT_LDADD) $(JANSSON_LIBS)
%C%_check_memory_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_check_memory_LDADD = $(LDADD) $(JANSSON_LIBS)
%C%_check_number_LDADD = $(UNIT_LDADD)
%C%_check_phone_LDADD = $(UNIT_LDADD)
%C%_check_state_LDADD = $(UNIT_LDADD) $(JANSSON_LIBS)
%C%_check_signature_LDADD = $(UNIT_LDADD) $(CRYPTO_LIBS)
# It counts how often signatures are compared.
%C%_check_signature_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=CRYPTO_memcmp
%C%_check_webhook_SOURCES = \
    %D%/api_server.c \
    %D%/api_server.h \
    %D%/check_webhook.c
%C%_check_webhook_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS) $(LIBPQ_CFLAGS)
%C%_check_webhook_LDADD = $(LDADD) $(CURL_LIBS) $(JANSSON_LIBS) -lssl $(CRYPTO_LIBS)
%C%_check_process_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_check_process_LDADD = $(LDADD) $(JANSSON_LIBS)
%C%_check_process_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=_exit
