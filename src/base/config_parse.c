/*
 * config_parse.c - one parser for each type of value. None of them uses the
 * locale, accepts a sign, a blank too many or a number that does not fit.
 */
#include "base/config_parse.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "core/error.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ZONES "/usr/share/zoneinfo"

/* The paths of the API follow. */
#define URL_BYTES_AT_MOST 1000

/* Digits without sign and leading zero; false also when they do not fit. */
static bool
read_whole(const char *text, size_t digits, int64_t *number)
{
    *number = 0;
    if (digits == 0 || (digits > 1 && text[0] == '0'))
        return false;
    for (size_t i = 0; i < digits; i++)
        if (__builtin_mul_overflow(*number, INT64_C(10), number) ||
            __builtin_add_overflow(*number, (int64_t)(text[i] - '0'), number))
            return false;
    return true;
}

struct unit {
    const char *name;
    int64_t size;
};

/* A whole number and one of the units (the last has no name), a blank between them or none. */
static bool
read_units(const char *text, const struct unit *units, int64_t *number)
{
    const size_t digits = strspn(text, DIGITS);
    const char *rest = text + digits;

    if (!read_whole(text, digits, number))
        return false;
    if (rest[0] == '\0')
        return true;
    if (rest[0] == ' ')
        rest++;
    for (; units->name != NULL; units++)
        if (strcmp(rest, units->name) == 0)
            return !__builtin_mul_overflow(*number, units->size, number);
    return false;
}

static const struct unit no_units[] = { { NULL, 1 } };
static const struct unit byte_units[] = { { "KiB", 1024 }, { "MiB", 1024 * 1024 },
                                          { "GiB", 1024 * 1024 * 1024 }, { NULL, 1 } };
static const struct unit time_units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 },
                                          { "d", 86400 }, { NULL, 1 } };

/* "90 d", "4 MiB", "512": the greatest unit that leaves no rest. */
static void
format_units(int64_t number, const struct unit *units, char text[32])
{
    const struct unit *best = NULL;

    for (; units->name != NULL; units++)
        if (number != 0 && number % units->size == 0)
            best = units;
    if (best == NULL)
        (void)snprintf(text, 32, "%" PRId64, number);
    else
        (void)snprintf(text, 32, "%" PRId64 " %s", number / best->size, best->name);
}

static bool
parse_number(const struct config_key *key, const char *text, const struct unit *units,
             const char *what, int64_t *number, struct quosync_error *err)
{
    char least[32], most[32];

    if (key->none && strcmp(text, "none") == 0) {
        *number = 0;
        return true;
    }
    if (read_units(text, units, number) && *number >= key->least && *number <= key->most)
        return true;
    format_units(key->least, units, least);
    format_units(key->most, units, most);
    return error_set(err, QUOSYNC_CONFIG, "\"%.64s\" is not %s from %s to %s%s", text, what,
                     least, most, key->none ? ", or none" : "");
}

/* A port, 0 to 65535. */
static bool
read_port(const char *text, uint16_t *port)
{
    const size_t digits = strspn(text, DIGITS);
    int64_t number;

    if (text[digits] != '\0' || !read_whole(text, digits, &number) || number > 65535)
        return false;
    *port = (uint16_t)number;
    return true;
}

static bool
parse_address(const char *text, struct config_address *address, struct quosync_error *err)
{
    const char *colon = strrchr(text, ':');
    char host[64];
    size_t bytes = colon == NULL ? 0 : (size_t)(colon - text);
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

    memset(address, 0, sizeof *address);
    if (bytes == 0 || bytes >= sizeof host || !read_port(colon + 1, &address->port))
        goto bad;
    memcpy(host, text, bytes);
    host[bytes] = '\0';
    v4.sin_port = htons(address->port);
    v6.sin6_port = htons(address->port);
    if (strcmp(host, "localhost") == 0)
        memcpy(host, "127.0.0.1", sizeof "127.0.0.1");
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        memcpy(&address->socket, &v4, sizeof v4);
        address->socket_bytes = sizeof v4;
        return true;
    }
    if (host[0] == '[' && host[bytes - 1] == ']') {
        host[bytes - 1] = '\0';
        if (inet_pton(AF_INET6, host + 1, &v6.sin6_addr) == 1) {
            memcpy(&address->socket, &v6, sizeof v6);
            address->socket_bytes = sizeof v6;
            return true;
        }
    }
bad:
    return error_set(err, QUOSYNC_CONFIG,
                     "\"%.64s\" is not an address and a port, as 127.0.0.1:8480 or [::1]:8480",
                     text);
}

/* Names of hosts: letters, digits and hyphens between dots; no dot at the end. */
static bool
is_host_name(const char *host)
{
    const char *last = strrchr(host, '.');
    const size_t bytes = strlen(host);

    if (bytes == 0 || bytes > 253 || host[strspn(host, LETTERS DIGITS "-.")] != '\0' ||
        host[0] == '.' || host[bytes - 1] == '.' || strstr(host, "..") != NULL)
        return false;
    /* A last label of digits, or 0x..., is an address in disguise for some resolvers. */
    last = last == NULL ? host : last + 1;
    return strspn(last, DIGITS) != strlen(last) && strncasecmp(last, "0x", 2) != 0;
}

static bool
is_loopback(const char *host)
{
    unsigned char v4[4];

    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, host, v4) == 1 && v4[0] == 127;
}

static bool
parse_url(const char *text, struct quosync_error *err)
{
    const bool plain = strncmp(text, "http://", 7) == 0;
    const char *authority = text + (plain ? 7 : 8);
    char host[300];
    const char *path;
    char *colon;
    size_t bytes;
    uint16_t port = 443;

    if (strlen(text) > URL_BYTES_AT_MOST)
        return error_set(err, QUOSYNC_CONFIG, "it is too long");
    if (!plain && strncmp(text, "https://", 8) != 0)
        return error_set(err, QUOSYNC_CONFIG, "it does not begin with https://");
    bytes = strcspn(authority, "/?#");
    path = authority + bytes;
    if (memchr(authority, '@', bytes) != NULL)
        return error_set(err, QUOSYNC_CONFIG, "it may not hold a user or password");
    if (bytes >= sizeof host)
        return error_set(err, QUOSYNC_CONFIG, "its host is too long");
    memcpy(host, authority, bytes);
    host[bytes] = '\0';
    colon = strrchr(host, ':');
    if (colon != NULL && strchr(colon, ']') == NULL) {
        if (!read_port(colon + 1, &port) || port == 0)
            return error_set(err, QUOSYNC_CONFIG, "its port is not a number from 1 to 65535");
        *colon = '\0';
    }
    if (!is_loopback(host) && !is_host_name(host))
        return error_set(err, QUOSYNC_CONFIG, "its host is not a name such as api.quo.com");
    if (plain && !is_loopback(host))
        return error_set(err, QUOSYNC_CONFIG,
                         "plain http is for this host alone (localhost, 127.0.0.1, [::1])");
    if (path[strspn(path, LETTERS DIGITS "/-._~")] != '\0' || strstr(path, "..") != NULL)
        return error_set(err, QUOSYNC_CONFIG, "its path has more than plain names");
    return true;
}

static bool
parse_url_path(const char *text, struct quosync_error *err)
{
    const size_t bytes = strlen(text);

    if (text[0] != '/' || bytes > 255 ||
        text[strspn(text, LETTERS DIGITS "/-._~!$&'()*+,;=:@")] != '\0' ||
        strstr(text, "//") != NULL || strstr(text, "/.") != NULL)
        return error_set(err, QUOSYNC_CONFIG,
                         "\"%.64s\" is not a plain URL path that begins with /", text);
    return true;
}

static bool
parse_org_id(const char *text, struct quosync_error *err)
{
    const size_t bytes = strlen(text);

    if (strcmp(text, CONFIG_ORG_ID_DEFAULT) == 0)
        return true; /* the default, written out */
    if (strncmp(text, "OR", 2) != 0 || bytes < 3 || bytes > 255 ||
        text[strspn(text, LETTERS DIGITS "_-")] != '\0')
        return error_set(err, QUOSYNC_CONFIG, "\"%.64s\" is not a workspace id (OR...)", text);
    return true;
}

static bool
parse_timezone(const char *text, struct quosync_error *err)
{
    char path[128];
    struct stat zones, zone;

    if (text[0] == '/' || strlen(text) > 64 || strstr(text, "..") != NULL ||
        text[strspn(text, LETTERS DIGITS "_+-/")] != '\0')
        goto bad;
    (void)snprintf(path, sizeof path, ZONES "/%s", text);
    /* Where this host knows no zones, PostgreSQL alone can judge. */
    if (stat(ZONES, &zones) == 0 && (stat(path, &zone) != 0 || !S_ISREG(zone.st_mode)))
        goto bad;
    return true;
bad:
    return error_set(err, QUOSYNC_CONFIG, "\"%.64s\" is not a time zone, as Europe/Paris or UTC",
                     text);
}

/* The index of text among names, separated by blanks; false: none. */
static bool
read_choice(const char *text, const char *const *names, size_t n, size_t *choice)
{
    for (*choice = 0; *choice < n; (*choice)++)
        if (strcmp(text, names[*choice]) == 0)
            return true;
    return false;
}

static bool
has_controls(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return true;
    return false;
}

bool
config_conninfo_has_password(const char *conninfo)
{
    const char *authority = strstr(conninfo, "://");
    size_t bytes;

    if (strstr(conninfo, "password") != NULL) /* password=, sslpassword=, also as ?password= */
        return true;
    if (authority == NULL)
        return false;
    authority += 3;
    bytes = strcspn(authority, "@");
    return authority[bytes] == '@' && memchr(authority, ':', bytes) != NULL;
}

size_t
config_distance(const char *a, const char *b)
{
    size_t row[33];
    const size_t n = strlen(b);

    if (strlen(a) > 32 || n > 32)
        return 99;
    for (size_t k = 0; k <= n; k++)
        row[k] = k;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t corner = row[0]; /* of the row above, one column to the left */

        row[0] = i;
        for (size_t k = 1; k <= n; k++) {
            const size_t above = row[k];
            size_t best = corner + (a[i - 1] != b[k - 1]);

            best = above + 1 < best ? above + 1 : best;
            best = row[k - 1] + 1 < best ? row[k - 1] + 1 : best;
            corner = above;
            row[k] = best;
        }
    }
    return row[n];
}

bool
config_workspace_name_ok(const char *name)
{
    const size_t bytes = strlen(name);

    return bytes > 0 && bytes <= CONFIG_WORKSPACE_NAME_MAX &&
           name[strspn(name, LETTERS DIGITS "_-")] == '\0' && name[0] != '-';
}

static bool
check_text(const struct config_key *key, const char *text, struct quosync_error *err)
{
    switch (key->type) {
    case CONFIG_URL:
        return parse_url(text, err);
    case CONFIG_URL_PATH:
        return parse_url_path(text, err);
    case CONFIG_ORG_ID:
        return parse_org_id(text, err);
    case CONFIG_TIMEZONE:
        return parse_timezone(text, err);
    case CONFIG_PATH:
        if (has_controls(text) || strlen(text) > 4000)
            return error_set(err, QUOSYNC_CONFIG, "it is not the path of a file");
        return true;
    case CONFIG_CONNINFO:
        if (has_controls(text))
            return error_set(err, QUOSYNC_CONFIG, "it holds control characters");
        return true;
    default:
        return true;
    }
}

/* A copy, of URLs without slashes at the end. */
static bool
store_text(const struct config_key *key, const char *text, char *at, struct arena *arena,
           struct quosync_error *err)
{
    size_t bytes = strlen(text);
    char *copy;

    while (key->type == CONFIG_URL && text[bytes - 1] == '/') /* there is a host before them */
        bytes--;
    copy = arena_text(arena, text, bytes);
    if (copy == NULL)
        return error_no_memory(err);
    memcpy(at, &copy, sizeof copy);
    return true;
}

bool
config_parse(const struct config_key *key, const char *text, void *base, struct arena *arena,
             struct quosync_error *err)
{
    static const char *const levels[] = { "error", "warn", "info", "debug" };
    static const char *const formats[] = { "logfmt", "json" };
    char *at = base == NULL || key->offset == CONFIG_NOWHERE ? NULL : (char *)base + key->offset;
    struct config_address address;
    enum log_level level;
    enum log_format format;
    int64_t number = 0;
    size_t count;

    switch (key->type) {
    case CONFIG_COUNT:
    case CONFIG_BYTES:
        if (!parse_number(key, text, key->type == CONFIG_BYTES ? byte_units : no_units,
                          key->type == CONFIG_BYTES ? "a size" : "a whole number", &number, err))
            return false;
        count = (size_t)number;
        if (at != NULL)
            memcpy(at, &count, sizeof count);
        return true;
    case CONFIG_DURATION:
        if (!parse_number(key, text, time_units, "a duration", &number, err))
            return false;
        if (at != NULL)
            memcpy(at, &number, sizeof number);
        return true;
    case CONFIG_COUNTRY:
        count = strcmp(text, "1") == 0;
        if (count == 0 && strcmp(text, "none") != 0)
            return error_set(err, QUOSYNC_CONFIG, "\"%.64s\" is neither none nor 1", text);
        if (at != NULL)
            memcpy(at, &count, sizeof count);
        return true;
    case CONFIG_LOG_LEVEL:
        if (!read_choice(text, levels, 4, &count))
            return error_set(err, QUOSYNC_CONFIG, "\"%.64s\" is none of error, warn, info, debug",
                             text);
        level = (enum log_level)count;
        if (at != NULL)
            memcpy(at, &level, sizeof level);
        return true;
    case CONFIG_LOG_FORMAT:
        if (!read_choice(text, formats, 2, &count))
            return error_set(err, QUOSYNC_CONFIG, "\"%.64s\" is neither logfmt nor json", text);
        format = (enum log_format)count;
        if (at != NULL)
            memcpy(at, &format, sizeof format);
        return true;
    case CONFIG_ADDRESS:
        if (!parse_address(text, &address, err))
            return false;
        address.text = arena_text(arena, text, strlen(text));
        if (address.text == NULL)
            return error_no_memory(err);
        if (at != NULL)
            memcpy(at, &address, sizeof address);
        return true;
    default:
        return check_text(key, text, err) &&
               (at == NULL || store_text(key, text, at, arena, err));
    }
}
