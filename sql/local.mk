# Statements, migrations and reports, embedded in the program. There is no list of files
# to keep: a new file in these folders is found by the next make.
# The generator runs at every make (10 ms) and replaces an output only when it
# differs, so nothing is compiled again without need.
EXTRA_DIST += %D%/report2c.awk %D%/report2man.awk %D%/schema2man.awk %D%/sql2c.awk %D%/migrations %D%/queries %D%/reports %D%/scripts

# For who distributes the schema: doctor and doc/growing.md name it.
dist_pkgdata_DATA = %D%/scale/citus.sql

SQL2C = LC_ALL=C $(AWK) -f $(top_srcdir)/%D%/sql2c.awk
SQL2C_OUTPUTS = src/app/reports.c src/db/migrations.c src/db/scripts.c src/db/statement.c \
                src/db/statement_names.h
BUILT_SOURCES += $(SQL2C_OUTPUTS)
CLEANFILES += $(SQL2C_OUTPUTS) $(SQL2C_OUTPUTS:=.new)

sql2c_run = $(MKDIR_P) src/db && rm -f $@.new && \
	export LC_ALL=C && set -- $(top_srcdir)/%D%/$$from/*.sql && test -f "$$1" && \
	$(SQL2C) -v make=$$make "$$@" > $@.new && \
	if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi

.PHONY: sql-always
sql-always:

src/db/migrations.c: sql-always
	@from=migrations make=migrations; $(sql2c_run)

src/db/scripts.c: sql-always
	@from=scripts make=scripts; $(sql2c_run)

src/db/statement.c: sql-always
	@from=queries make=statements; $(sql2c_run)

src/db/statement_names.h: sql-always
	@from=queries make=names; $(sql2c_run)

src/app/reports.c: sql-always
	@$(MKDIR_P) src/app && rm -f $@.new && export LC_ALL=C && \
	$(AWK) -f $(top_srcdir)/%D%/report2c.awk $(top_srcdir)/%D%/reports/*.sql > $@.new && \
	if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi
