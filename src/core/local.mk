# Layer 1, core: bytes in, values out. The public library is this layer.
noinst_LTLIBRARIES += libcore.la
libcore_la_SOURCES = \
    %D%/decode.h \
    %D%/decode_call.c \
    %D%/decode_contact.c \
    %D%/decode_context.c \
    %D%/decode_message.c \
    %D%/digest.c \
    %D%/digest.h \
    %D%/error.c \
    %D%/error.h \
    %D%/event.c \
    %D%/event.h \
    %D%/fold.c \
    %D%/fold.h \
    %D%/instant.c \
    %D%/instant.h \
    %D%/json_text.c \
    %D%/json_text.h \
    %D%/json_write.c \
    %D%/json_write.h \
    %D%/library.c \
    %D%/members.c \
    %D%/members.h \
    %D%/memory.c \
    %D%/memory.h \
    %D%/number.c \
    %D%/number.h \
    %D%/observe.c \
    %D%/observe.h \
    %D%/observe_call.c \
    %D%/observe_contact.c \
    %D%/observe_field.c \
    %D%/observe_message.c \
    %D%/pack.c \
    %D%/pack.h \
    %D%/phone.c \
    %D%/phone.h \
    %D%/plan.c \
    %D%/rest.h \
    %D%/rest_activity.c \
    %D%/rest_contact.c \
    %D%/rest_directory.c \
    %D%/rest_read.c \
    %D%/rest_read.h \
    %D%/row.c \
    %D%/row.h \
    %D%/signature.c \
    %D%/state.c \
    %D%/strip.c \
    %D%/table.c \
    %D%/table.h \
    %D%/version.c \
    %D%/version.h
libcore_la_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
libcore_la_LIBADD = $(JANSSON_LIBS) $(CRYPTO_LIBS)

# CURRENT:REVISION:AGE of the shared object.
lib_LTLIBRARIES += libquosync.la
libquosync_la_SOURCES =
libquosync_la_LIBADD = libcore.la
libquosync_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -export-symbols-regex '^quosync_'
