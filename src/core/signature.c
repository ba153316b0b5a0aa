/*
 * signature.c - Standard Webhooks, symmetric: secrets, signing, verifying. What
 * is compared is the text of a signature, in constant time, under every secret.
 */
#include <inttypes.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/memory.h"
#include "quosync.h"

#define MAC_BYTES 32
#define ENTRY_BYTES 47 /* "v1," and 44 characters of base64 */
#define ENTRIES_AT_MOST 64
#define ID_BYTES_AT_MOST 255
#define TIMESTAMP_DIGITS_AT_MOST 19

/* A piece of a header. */
struct piece {
    const char *text;
    size_t bytes;
};

/* ---- secrets -------------------------------------------------------- */

/* The value of a base64 character; -1 when it is none. */
static int
sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/*
 * Canonical base64 only: padded, and no bits set beyond the last byte. Two
 * texts for one key would let a copying error pass unseen.
 */
static bool
base64_decode(struct piece in, unsigned char *out, size_t room, size_t *out_bytes)
{
    size_t padding = 0;
    uint32_t bits = 0;

    *out_bytes = 0;
    if (in.bytes == 0 || in.bytes % 4 != 0)
        return false;
    while (padding < 2 && in.text[in.bytes - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i < in.bytes - padding; i++) {
        int value = sextet(in.text[i]);

        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        /* Every character but the first of four completes a byte. */
        if (i % 4 != 0) {
            if (*out_bytes == room)
                return false;
            out[(*out_bytes)++] = (unsigned char)(bits >> (6 - 2 * (i % 4)));
        }
    }
    return padding == 0 || (bits & (padding == 1 ? 0x3U : 0xFU)) == 0;
}

static bool
begins_with(struct piece piece, const char *prefix)
{
    size_t n = strlen(prefix);

    return piece.bytes >= n && memcmp(piece.text, prefix, n) == 0;
}

bool
quosync_secret_parse(const char *text, size_t bytes, struct quosync_secret *secret,
                     struct quosync_error *err)
{
    struct piece rest = { text, bytes };

    *secret = (struct quosync_secret){ 0 };
    if (begins_with(rest, "whpk_"))
        return error_set(err, QUOSYNC_CONFIG, "the secret is a public key (whpk_), not a whsec_");
    if (begins_with(rest, "whsec_")) {
        rest.text += strlen("whsec_");
        rest.bytes -= strlen("whsec_");
    }
    if (!base64_decode(rest, secret->key, sizeof secret->key, &secret->key_bytes)) {
        quosync_secret_done(secret);
        return error_set(err, QUOSYNC_CONFIG,
                         "the secret is not whsec_ and base64 of %d to %d bytes",
                         QUOSYNC_SECRET_MIN_BYTES, QUOSYNC_SECRET_MAX_BYTES);
    }
    if (secret->key_bytes < QUOSYNC_SECRET_MIN_BYTES) {
        quosync_secret_done(secret);
        return error_set(err, QUOSYNC_CONFIG, "the secret has fewer than %d bytes",
                         QUOSYNC_SECRET_MIN_BYTES);
    }
    return true;
}

void
quosync_secret_done(struct quosync_secret *secret)
{
    OPENSSL_cleanse(secret, sizeof *secret);
}

/* ---- the signature -------------------------------------------------- */

static void
mac_ctx_done(EVP_MAC_CTX **ctx)
{
    EVP_MAC_CTX_free(*ctx);
}

static bool
mac_ctx_new(EVP_MAC_CTX **ctx, struct quosync_error *err)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);

    *ctx = hmac != NULL ? EVP_MAC_CTX_new(hmac) : NULL;
    EVP_MAC_free(hmac);
    return *ctx != NULL || error_no_memory(err);
}

static bool
mac_add(EVP_MAC_CTX *ctx, const void *data, size_t bytes)
{
    return bytes == 0 || EVP_MAC_update(ctx, data, bytes) == 1;
}

/* "v1," and the base64 of HMAC-SHA256 over id.timestamp.body. */
static bool
sign(EVP_MAC_CTX *ctx, const struct quosync_secret *secret, struct piece id,
     struct piece timestamp, struct piece body, char signature[QUOSYNC_SIGNATURE_SIZE],
     struct quosync_error *err)
{
    char digest_name[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
        OSSL_PARAM_construct_end(),
    };
    unsigned char mac[MAC_BYTES];
    size_t mac_bytes;

    /* With memory at hand none of these can fail. */
    if (EVP_MAC_init(ctx, secret->key, secret->key_bytes, params) != 1 ||
        !mac_add(ctx, id.text, id.bytes) || !mac_add(ctx, ".", 1) ||
        !mac_add(ctx, timestamp.text, timestamp.bytes) || !mac_add(ctx, ".", 1) ||
        !mac_add(ctx, body.text, body.bytes) ||
        EVP_MAC_final(ctx, mac, &mac_bytes, sizeof mac) != 1)
        return error_no_memory(err);
    memcpy(signature, "v1,", 3);
    (void)EVP_EncodeBlock((unsigned char *)signature + 3, mac, MAC_BYTES);
    OPENSSL_cleanse(mac, sizeof mac);
    return true;
}

bool
quosync_sign(const struct quosync_secret *secret, const char *id, size_t id_bytes,
             int64_t timestamp_s, const void *body, size_t body_bytes,
             char signature[QUOSYNC_SIGNATURE_SIZE], struct quosync_error *err)
{
    AUTO(mac_ctx_done) EVP_MAC_CTX *ctx = NULL;
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRId64, timestamp_s);

    return mac_ctx_new(&ctx, err) &&
           sign(ctx, secret, (struct piece){ id, id_bytes }, (struct piece){ digits, (size_t)n },
                (struct piece){ body, body_bytes }, signature, err);
}

/* ---- the headers ---------------------------------------------------- */

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct piece
trimmed(const char *text, size_t bytes)
{
    struct piece piece = { text, text != NULL ? bytes : 0 };

    while (piece.bytes > 0 && is_blank(piece.text[0])) {
        piece.text++;
        piece.bytes--;
    }
    while (piece.bytes > 0 && is_blank(piece.text[piece.bytes - 1]))
        piece.bytes--;
    return piece;
}

static bool
is_id(struct piece id)
{
    if (id.bytes < 1 || id.bytes > ID_BYTES_AT_MOST)
        return false;
    for (size_t i = 0; i < id.bytes; i++) {
        if (id.text[i] < 0x20 || id.text[i] > 0x7E)
            return false;
    }
    return true;
}

/*
 * Canonical digits only, so that the number which is compared with the clock
 * and the text which is signed cannot be two things.
 */
static bool
timestamp_parse(struct piece text, int64_t *timestamp_s)
{
    uint64_t value = 0;

    if (text.bytes < 1 || text.bytes > TIMESTAMP_DIGITS_AT_MOST ||
        (text.text[0] == '0' && text.bytes > 1))
        return false;
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.text[i] < '0' || text.text[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text.text[i] - '0');
    }
    if (value > INT64_MAX)
        return false;
    *timestamp_s = (int64_t)value;
    return true;
}

static bool
is_fresh(int64_t timestamp_s, int64_t now_s, int64_t tolerance_s)
{
    /* Unsigned, because the distance of two int64_t may not fit one. */
    uint64_t distance = timestamp_s > now_s ? (uint64_t)timestamp_s - (uint64_t)now_s
                                            : (uint64_t)now_s - (uint64_t)timestamp_s;

    return tolerance_s < 0 || distance <= (uint64_t)tolerance_s;
}

/* The next piece between blanks; false at the end. */
static bool
next_token(struct piece *rest, struct piece *token)
{
    while (rest->bytes > 0 && rest->text[0] == ' ') {
        rest->text++;
        rest->bytes--;
    }
    token->text = rest->text;
    token->bytes = 0;
    while (token->bytes < rest->bytes && rest->text[token->bytes] != ' ')
        token->bytes++;
    rest->text += token->bytes;
    rest->bytes -= token->bytes;
    return token->bytes > 0;
}

/* Looks at every entry, also after one matched: the time tells nothing. */
static bool
any_entry_matches(struct piece header, const char *expected)
{
    struct piece entry;
    int entries = 0;
    bool found = false;

    while (entries < ENTRIES_AT_MOST && next_token(&header, &entry)) {
        if (!begins_with(entry, "v1,"))
            continue;
        entries++;
        if (entry.bytes == ENTRY_BYTES && CRYPTO_memcmp(entry.text, expected, ENTRY_BYTES) == 0)
            found = true;
    }
    return found;
}

bool
quosync_verify(const struct quosync_secret *secrets, size_t n,
               const struct quosync_headers *headers, const void *body, size_t body_bytes,
               int64_t now_s, int64_t tolerance_s, enum quosync_verdict *verdict,
               struct quosync_error *err)
{
    struct piece id = trimmed(headers->id, headers->id_bytes);
    struct piece timestamp = trimmed(headers->timestamp, headers->timestamp_bytes);
    struct piece signature = trimmed(headers->signature, headers->signature_bytes);
    AUTO(mac_ctx_done) EVP_MAC_CTX *ctx = NULL;
    char expected[QUOSYNC_SIGNATURE_SIZE];
    int64_t timestamp_s;
    bool found = false;

    if (!is_id(id) || !timestamp_parse(timestamp, &timestamp_s) || signature.bytes == 0) {
        *verdict = QUOSYNC_MALFORMED;
        return true;
    }
    if (!is_fresh(timestamp_s, now_s, tolerance_s)) {
        *verdict = QUOSYNC_STALE;
        return true;
    }
    if (!mac_ctx_new(&ctx, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!sign(ctx, &secrets[i], id, timestamp, (struct piece){ body, body_bytes }, expected,
                  err))
            return false;
        if (any_entry_matches(signature, expected))
            found = true;
    }
    OPENSSL_cleanse(expected, sizeof expected);
    *verdict = found ? QUOSYNC_VERIFIED : QUOSYNC_NO_MATCH;
    return true;
}
