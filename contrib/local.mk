# Service units, examples, the quick start.
EXTRA_DIST += \
    %D%/example/crm.c \
    %D%/fuzz.sh \
    %D%/install-packages.sh \
    %D%/post-delivery.sh \
    %D%/quickstart

# Read by people, installed beside the documentation.
examplesdir = $(docdir)/examples
dist_examples_DATA = \
    %D%/crontab \
    %D%/nginx.conf \
    %D%/quosync.conf \
    %D%/systemd/credentials.conf

# Units, which name the program where it is installed. They go where systemd looks with
# --with-systemdsystemunitdir=DIR alone, and beside the documentation otherwise; nothing
# is enabled.
units = \
    %D%/systemd/quosync-prune.service \
    %D%/systemd/quosync-prune.timer \
    %D%/systemd/quosync-reconcile.service \
    %D%/systemd/quosync-reconcile.timer \
    %D%/systemd/quosync.service \
    %D%/systemd/quosync.socket
built_units = $(units:%D%/systemd/%=%D%/units/%)
EXTRA_DIST += $(units)
CLEANFILES += $(built_units)
if HAVE_SYSTEMD_UNIT_DIR
unitsdir = $(systemdsystemunitdir)
else
unitsdir = $(examplesdir)
endif
nodist_units_DATA = $(built_units)

.PHONY: print-bindir
print-bindir:
	@echo '$(bindir)'

$(built_units): Makefile
	$(AM_V_GEN)$(MKDIR_P) %D%/units && \
	from=$(top_srcdir)/%D%/systemd/`basename $@` && \
	$(SED) 's|/usr/local/bin/|$(bindir)/|' $$from > $@.new && mv -f $@.new $@

grafanaexamplesdir = $(examplesdir)/grafana
dist_grafanaexamples_DATA = %D%/grafana/quosync.json
prometheusexamplesdir = $(examplesdir)/prometheus
dist_prometheusexamples_DATA = \
    %D%/prometheus/quosync.rules.test.yml \
    %D%/prometheus/quosync.rules.yml

# Where each shell looks for what it loads when it is needed.
bashcompletionsdir = $(datadir)/bash-completion/completions
dist_bashcompletions_DATA = %D%/completions/quosync
zshcompletionsdir = $(datadir)/zsh/site-functions
dist_zshcompletions_DATA = %D%/completions/_quosync
fishcompletionsdir = $(datadir)/fish/vendor_completions.d
dist_fishcompletions_DATA = %D%/completions/quosync.fish

crmexamplesdir = $(examplesdir)/crm
dist_crmexamples_DATA = \
    %D%/crm/README.md \
    %D%/crm/customers.sql \
    %D%/crm/feed.sql \
    %D%/crm/matching.sql \
    %D%/crm/people.sql \
    %D%/crm/publisher.sql \
    %D%/crm/subscriber.sql

reportsexamplesdir = $(examplesdir)/reports
dist_reportsexamples_DATA = \
    %D%/reports/crontab \
    %D%/reports/nginx.conf
dist_reportsexamples_SCRIPTS = %D%/reports/mail-report
