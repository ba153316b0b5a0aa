# pure.sh - what the public library may import: memory, text and numbers, the
# JSON parser, hashes. No files, no sockets, no clock, no log, no environment.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99

library=$(ls "$TOP_BUILDDIR"/.libs/libquosync.so.*.*.* 2>/dev/null | tail -n 1)
if [ -z "$library" ]; then
    echo "libquosync has not been built"
    exit 99
fi

# Extended regular expressions, each for a whole symbol.
allowed='
malloc|realloc|calloc|free|reallocarray
mem(cpy|cmp|move|set|chr|rchr|mem)|str(len|nlen|cmp|ncmp|chr|rchr|spn|cspn|pbrk|str)|explicit_bzero
strto(d|l|ll|ul|ull)|__isoc23_strto(l|ll|ul|ull)
vsnprintf|snprintf|qsort|bsearch
__(memcpy|memmove|memset|snprintf|vsnprintf|strcpy|strcat)_chk|__stack_chk_fail|__explicit_bzero_chk
__assert_fail|abort
__ctype_b_loc|toupper|tolower
isnan|isinf|floor|trunc|ldexp|frexp|modf|fmod|pow
newlocale|uselocale|freelocale
json_[a-z0-9_]+|jsonp_[a-z0-9_]+|hashtable_[a-z0-9_]+
(EVP|OSSL_PARAM)_[A-Za-z0-9_]+|HMAC|SHA256|CRYPTO_memcmp|OPENSSL_cleanse|ERR_clear_error
_ITM_(de)?registerTMCloneTable|__cxa_finalize|__gmon_start__|__tls_get_addr
'
pattern="^($(echo "$allowed" | sed '/^$/d' | paste -s -d '|'))$"

nm -D --undefined-only "$library" | awk '{ print $NF }' | sed 's/@.*//' |
    grep -vE '^__(asan|ubsan|sanitizer|lsan)_' | LC_ALL=C sort -u >"$work/imported"

check "the library imports something" test -s "$work/imported"
empty "the library imports nothing that reaches outside of memory" \
    "$(grep -vE "$pattern" "$work/imported")"

needed=$(objdump -p "$library" | awk '$1 == "NEEDED" { print $2 }' |
    grep -vE '^lib(c|m|jansson|crypto|asan|ubsan|gcc_s)\.so|^ld-linux')
empty "the library needs libjansson and libcrypto alone" "$needed"
finish
