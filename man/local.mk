# Manual pages.
dist_man_MANS += \
    %D%/quosync.1 \
    %D%/quosync.conf.5

# quosync-schema(7) says what the migrations say, so it is made of them, and
# quosync-reports(7) of the heads of the reports.
nodist_man_MANS = %D%/quosync-reports.7 %D%/quosync-schema.7
CLEANFILES += %D%/quosync-reports.7 %D%/quosync-schema.7

%D%/quosync-reports.7: sql-always
	@$(MKDIR_P) %D% && set -- $(top_srcdir)/sql/reports/*.sql && test -f "$$1" && \
	LC_ALL=C $(AWK) -f $(top_srcdir)/sql/report2man.awk "$$@" > $@.new && \
	if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi

%D%/quosync-schema.7: sql-always
	@$(MKDIR_P) %D% && set -- $(top_srcdir)/sql/migrations/*.sql && test -f "$$1" && \
	LC_ALL=C $(AWK) -f $(top_srcdir)/sql/schema2man.awk \
	    $(top_srcdir)/sql/scripts/roles.sql "$$@" > $@.new && \
	if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi
