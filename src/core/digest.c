/*
 * digest.c - SHA-256 by OpenSSL. With memory at hand it cannot fail.
 */
#include "core/digest.h"

#include <openssl/evp.h>
#include <stdatomic.h>

#include "core/error.h"

/*
 * OpenSSL 3 looks the method up by its name for each digest, which costs more than
 * digesting a child row; so it is looked up once for the process.
 */
static const EVP_MD *
method(void)
{
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    static _Atomic(EVP_MD *) fetched;
    EVP_MD *known = atomic_load(&fetched), *none = NULL;

    if (known != NULL)
        return known;
    known = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (known == NULL)
        return EVP_sha256();
    if (atomic_compare_exchange_strong(&fetched, &none, known))
        return known;
    EVP_MD_free(known); /* another thread was faster */
    return none;
#else
    return EVP_sha256();
#endif
}

bool
digest_sha256(const void *data, size_t bytes, uint8_t digest[DIGEST_SHA256_BYTES],
              struct quosync_error *err)
{
    if (EVP_Digest(bytes > 0 ? data : "", bytes, digest, NULL, method(), NULL) != 1)
        return error_no_memory(err);
    return true;
}

bool
digest_begin(struct digest_run *run, struct quosync_error *err)
{
    run->context = EVP_MD_CTX_new();
    if (run->context == NULL || EVP_DigestInit_ex(run->context, method(), NULL) != 1)
        return error_no_memory(err);
    return true;
}

bool
digest_add(struct digest_run *run, const void *data, size_t bytes, struct quosync_error *err)
{
    return EVP_DigestUpdate(run->context, data, bytes) == 1 || error_no_memory(err);
}

bool
digest_end(struct digest_run *run, uint8_t digest[DIGEST_SHA256_BYTES], struct quosync_error *err)
{
    bool ended = EVP_DigestFinal_ex(run->context, digest, NULL) == 1;

    digest_done(run);
    return ended || error_no_memory(err);
}

void
digest_done(struct digest_run *run)
{
    EVP_MD_CTX_free(run->context);
    run->context = NULL;
}

bool
digest_64(const void *data, size_t bytes, uint64_t *digest, struct quosync_error *err)
{
    uint8_t all[DIGEST_SHA256_BYTES];

    if (!digest_sha256(data, bytes, all, err))
        return false;
    *digest = 0;
    for (int i = 0; i < 8; i++)
        *digest = *digest << 8 | all[i];
    return true;
}
