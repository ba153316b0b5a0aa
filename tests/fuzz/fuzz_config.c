/*
 * fuzz_config.c - any bytes as the configuration file: loaded, or refused with
 * mistakes that name the file; what was loaded is within its ranges.
 */
#include <config.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/config.h"
#include "fuzz/fuzz.h"

static void
check_loaded(const struct config *config)
{
    MUST(config->n_workspaces >= 1);
    MUST(config->batch >= 1 && config->batch <= 10000);
    MUST(config->workers >= 1 && config->workers <= 64);
    MUST(config->intake_bytes >= config->max_body_bytes && config->max_body_bytes >= 1);
    MUST(config->keep_delivery_ids_s >= 28 * 3600);
    MUST(strncmp(config->api_url, "http", 4) == 0);
    for (size_t i = 0; i < config->n_workspaces; i++) {
        const struct config_workspace *workspace = &config->workspaces[i];

        MUST(workspace->name[0] != '\0');
        MUST(workspace->path[0] == '/');
        MUST(workspace->org_id[0] != '\0');
        MUST(workspace->org_id_configured || config->n_workspaces == 1);
        for (size_t k = 0; k < i; k++)
            MUST(strcmp(workspace->path, config->workspaces[k].path) != 0);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static int fd = -1;
    char path[64];
    struct config_sources sources = { .file = path };
    struct config config;
    struct config_report report;
    struct quosync_error err = { 0 };
    struct config_shown *shown;
    size_t n;

    if (fd < 0)
        fd = memfd_create("quosync.conf", 0);
    MUST(fd >= 0);
    MUST(ftruncate(fd, 0) == 0);
    MUST(pwrite(fd, data, bytes, 0) == (ssize_t)bytes);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (config_load(&sources, &config, &report, &err)) {
        MUST(report.n_mistakes == 0 && !report.bad);
        check_loaded(&config);
    } else {
        MUST(err.kind == QUOSYNC_CONFIG && report.n_mistakes > 0);
        for (size_t i = 0; i < report.n_mistakes; i++)
            MUST(report.mistakes[i][0] != '\0');
    }
    MUST(config_show(&config, &shown, &n, &err));
    config_shown_free(shown, n);
    config_report_done(&report);
    config_done(&config);
    return 0;
}
