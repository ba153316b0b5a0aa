# Layer 3, net: HTTP in and out.
noinst_LTLIBRARIES += libnet.la
libnet_la_SOURCES = \
    %D%/api.c \
    %D%/api.h \
    %D%/api_answer.c \
    %D%/api_internal.h \
    %D%/api_transfer.c \
    %D%/framing.c \
    %D%/framing.h \
    %D%/httpd.c \
    %D%/httpd.h \
    %D%/listen.c \
    %D%/listen.h \
    %D%/listen_ask.c \
    %D%/watch.c \
    %D%/watch.h
libnet_la_CFLAGS = $(AM_CFLAGS) $(MICROHTTPD_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS) -pthread
libnet_la_LIBADD = libbase.la libcore.la $(MICROHTTPD_LIBS) $(CURL_LIBS)
