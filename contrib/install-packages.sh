#!/bin/sh
# install-packages.sh - install the Debian packages that are missing, and say
# which. Needs root or sudo only when one is.
#
#   install-packages.sh build   what ./configure && make needs, and a server
#   install-packages.sh test    that, and what the tests need beside it
#
# Elsewhere than on Debian and its relatives it installs nothing and hopes:
# configure then names what it does not find.
#
# Exit: 0 done; 69 when packages are missing and cannot be installed.
set -eu

packages="gcc make autoconf autoconf-archive automake libtool pkg-config
    libpq-dev libjansson-dev libssl-dev libmicrohttpd-dev libcurl4-openssl-dev libinih-dev
    uthash-dev libsystemd-dev
    postgresql postgresql-client curl openssl ca-certificates util-linux procps"
case ${1:-} in
build) ;;
test) packages="$packages check clang python3 pgbouncer" ;;
*)
    echo "usage: install-packages.sh build|test" >&2
    exit 2
    ;;
esac

command -v dpkg-query >/dev/null || exit 0

missing=
for package in $packages; do
    # Provided by another package counts too: pkg-config by pkgconf.
    if ! dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$'; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "these packages are missing, and only root can install them:$missing" >&2
        exit 69
    fi
    as_root=sudo
fi
echo "installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    # Another apt may be at work on a fresh machine: wait for its lock.
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" \
        </dev/null >>"$log" 2>&1
}
# shellcheck disable=SC2086 # a list of words
if ! { apt update && apt install -y --no-install-recommends $missing; }; then
    tail -n 20 "$log" >&2
    echo "could not install:$missing" >&2
    exit 69
fi
