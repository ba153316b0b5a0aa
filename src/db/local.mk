# Layer 3, db: everything that speaks to PostgreSQL.
noinst_LTLIBRARIES += libdb.la
libdb_la_SOURCES = \
	%D%/migrations.h \
	%D%/pg.h \
	%D%/statement.h
# Made by sql/local.mk in the build tree.
nodist_libdb_la_SOURCES = \
	%D%/migrations.c \
	%D%/statement.c \
	%D%/statement_names.h
libdb_la_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
libdb_la_LIBADD = libcore.la $(LIBPQ_LIBS)
