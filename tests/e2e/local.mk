# End-to-end tests: shell scripts that run the built program beside a PostgreSQL
# of their own (support/shell.sh has their vocabulary). To add one: its name.
e2e_tests = \
    %D%/activation.sh \
    %D%/catalogue.sh \
    %D%/backup.sh \
    %D%/cli.sh \
    %D%/doctor.sh \
    %D%/crm.sh \
    %D%/crontab.sh \
    %D%/database_faults.sh \
    %D%/erase.sh \
    %D%/failover.sh \
    %D%/host_faults.sh \
    %D%/http_clients.sh \
    %D%/http_outage.sh \
    %D%/http_requests.sh \
    %D%/ingest.sh \
    %D%/kill_points.sh \
    %D%/markers.sh \
    %D%/libpq.sh \
    %D%/log_trail.sh \
    %D%/metrics.sh \
    %D%/migrate.sh \
    %D%/orders.sh \
    %D%/pooler.sh \
    %D%/prune_content.sh \
    %D%/random_kill.sh \
    %D%/reconcile.sh \
    %D%/reconcile_columns.sh \
    %D%/reconcile_deliveries.sh \
    %D%/reconcile_faults.sh \
    %D%/reconcile_first.sh \
    %D%/reconcile_kill.sh \
    %D%/reconcile_modes.sh \
    %D%/reconcile_lease.sh \
    %D%/reconcile_rate.sh \
    %D%/refusals.sh \
    %D%/report.sh \
    %D%/report_html.sh \
    %D%/report_mail.sh \
    %D%/samples.sh \
    %D%/set_test.sh \
    %D%/webhook.sh \
    %D%/webhook_test.sh

TESTS += $(e2e_tests)
EXTRA_DIST += $(e2e_tests)
EXTRA_DIST += \
    %D%/catalogue.py \
    %D%/samples.expected \
    %D%/samples.sql \
    %D%/activation.py \
    %D%/other_version.py \
    %D%/erase.py \
    %D%/http_client.py \
    %D%/http_clients.py \
    %D%/http_outage.py \
    %D%/http_requests.py \
    %D%/markers.py \
    %D%/report_events.py \
    %D%/report_html.py
