# debian_chroot.sh - builds the Debian packages, and installs, upgrades, removes and
# purges them in a Debian of their own (debootstrap), with the steps of README.Debian
# between. Takes minutes, root and a mirror, so it is run by hand:
#
#   bash tests/package/debian_chroot.sh [SUITE [MIRROR]]
#
# Exit: 0 all is well, 1 a case failed, 77 a tool is missing.
. "$(dirname "$0")/../support/shell.sh" || exit 99

suite=${1:-bookworm}
mirror=${2:-http://deb.debian.org/debian}
root=$work/root
for tool in debootstrap dpkg-buildpackage lintian; do
    command -v $tool >/dev/null || { echo "$tool is not installed"; exit 77; }
done
[ "$(id -u)" -eq 0 ] || { echo "only root can make a chroot"; exit 77; }
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

leave() {
    [ -z "${service:-}" ] || kill "$service" 2>/dev/null
    [ ! -d "$root/var/lib/postgresql" ] || inside pg_ctlcluster --force "$cluster" main stop 2>/dev/null
    umount "$root/proc" 2>/dev/null
    rm -rf "$work"
}
trap leave EXIT

inside() { chroot "$root" "$@"; }
quietly() { "$@" >"$work/log" 2>&1 || { tail -n 20 "$work/log"; return 1; }; }

# ---- build
mkdir "$work/source"
(cd "$TOP_SRCDIR" && { git ls-files -z 2>/dev/null || find . -type f -print0; } |
    xargs -0 cp --parents -t "$work/source") || exit 99
check "the packages are built" \
    quietly sh -c "cd '$work/source' && dpkg-buildpackage -us -uc -b -j2"
empty "lintian has nothing to say" "$(cd "$work" && lintian --allow-root --fail-on error *.changes 2>&1)"
version=$(dpkg-deb -f "$work"/quosync_*.deb Version)
arch=$(dpkg-deb -f "$work"/quosync_*.deb Architecture)
package=quosync_${version}_$arch.deb

# The next version: another default in the configuration.
dpkg-deb -R "$work/$package" "$work/next"
sed -i "s/^Version: .*/Version: $version+1/" "$work/next/DEBIAN/control"
echo "# of the next version" >>"$work/next/etc/quosync/quosync.conf"
dpkg-deb -b "$work/next" "$work/next.deb" >"$work/log"

# ---- install
check "a $suite is made" quietly debootstrap --variant=minbase "$suite" "$root" "$mirror"
cp /etc/resolv.conf "$root/etc/" 2>/dev/null
mount -t proc proc "$root/proc" || exit 99
cp "$work"/*.deb "$root/tmp/"
check "the packages are installed" quietly inside apt-get install -y --no-install-recommends \
    "/tmp/$package" "/tmp/libquosync0_${version}_$arch.deb" "/tmp/libquosync-dev_${version}_$arch.deb"
configuration() { inside stat -c '%A %U %G' /etc/quosync /etc/quosync/quosync.conf; }
readable="drwxr-x--- root quosync
-rw-r----- root quosync"
equal "the configuration is readable by root and the group quosync" "$(configuration)" "$readable"
equal "the user cannot log in" "$(inside getent passwd quosync | cut -d: -f6,7)" \
    "/nonexistent:/usr/sbin/nologin"
empty "no unit is enabled" "$(find "$root/etc/systemd" -name '*quosync*' -type l)"
empty "nothing runs" "$(pgrep -u "$(inside id -u quosync)")"
check "the program runs, and reads the configuration as its user" \
    quietly inside runuser -u quosync -- quosync config
check "its manual pages are there" test -e "$root/usr/share/man/man1/quosync.1.gz"

# ---- the steps of README.Debian
check "PostgreSQL is installed" quietly inside apt-get install -y --no-install-recommends postgresql curl openssl
cluster=$(inside pg_lsclusters -h | awk '{ print $1; exit }')
inside pg_ctlcluster "$cluster" main start || inside pg_lsclusters
as_postgres() { inside runuser -u postgres -- "$@"; }
check "there is a database" quietly as_postgres createdb crm
port=$(free_port) admin=$(free_port)
cat >>"$root/etc/quosync/quosync.conf" <<CONF
database = host=/run/postgresql dbname=crm
webhook_secrets_file = /etc/quosync/secrets/webhook
listen = 127.0.0.1:$port
admin_listen = 127.0.0.1:$admin
CONF
check "the schema is made, and the roles" quietly as_postgres quosync migrate --roles \
    --config /dev/null --database 'host=/run/postgresql dbname=crm'
check "and the role of the service" \
    quietly as_postgres psql -c 'create role quosync login in role quo_worker'
inside install -d -m 0700 -o quosync /etc/quosync/secrets
inside install -m 0600 -o quosync /dev/null /etc/quosync/secrets/webhook
secret=whsec_$(head -c 32 /dev/urandom | base64 -w 0) # doctor knows one that is made up
echo "$secret" >"$root/etc/quosync/secrets/webhook"
chroot "$root" runuser -u quosync -- quosync run >"$work/run.log" 2>&1 &
service=$!
answers() { curl -fs -o "$work/ready" --noproxy '*' "http://127.0.0.1:$admin/readyz"; }
check "the service is ready" wait_for 30 answers
check "a delivery is acknowledged" quietly env WEBHOOK_SECRET=$secret \
    sh "$TOP_SRCDIR/contrib/post-delivery.sh" "http://127.0.0.1:$port/webhooks/quo" \
    "$TOP_SRCDIR/tests/samples/contact.updated.json"
applied() { [ "$(as_postgres psql -XAtd crm -c 'select count(*) from quo.contacts')" = 1 ]; }
check "and its contact is in the table" wait_for 30 applied
check "status is healthy" quietly inside runuser -u quosync -- quosync status --no-rest
# What has an API key is skipped; the rows came before org_id was known.
empty "doctor finds nothing to mend" \
    "$(inside runuser -u quosync -- quosync doctor --no-rest 2>&1 | grep -E '^(warning|failed)')"
kill "$service" && wait "$service"
service=

# ---- upgrade, remove, purge
cp "$root/etc/quosync/quosync.conf" "$work/mine"
inside chgrp www-data /etc/quosync/quosync.conf
cp "$work/next.deb" "$root/tmp/"
check "it is upgraded" quietly inside apt-get install -y -o Dpkg::Options::=--force-confold /tmp/next.deb
equal "to the higher version" "$(inside dpkg-query -W -f '${Version}' quosync)" "$version+1"
check "what was configured stays" cmp "$work/mine" "$root/etc/quosync/quosync.conf"
equal "and so do the modes that somebody gave it" "$(configuration | tail -n 1)" "-rw-r----- root www-data"
empty "still no unit is enabled" "$(find "$root/etc/systemd" -name '*quosync*' -type l)"
check "it is removed" quietly inside apt-get remove -y quosync
check "the program is gone" test ! -e "$root/usr/bin/quosync"
check "the configuration stays" cmp "$work/mine" "$root/etc/quosync/quosync.conf"
check "it is installed again" quietly inside apt-get install -y /tmp/next.deb
check "what is configured is what was" cmp "$work/mine" "$root/etc/quosync/quosync.conf"
check "all of it is purged" quietly inside apt-get purge -y quosync libquosync-dev libquosync0
empty "nothing of it is left" "$(find "$root" -xdev -name '*quosync*' ! -path "$root/tmp/*" ! -path "$root/var/log/*")"
check "its user is gone" test -z "$(inside getent passwd quosync)"
equal "the database is not touched" "$(as_postgres psql -XAtd crm -c 'select count(*) from quo.contacts')" 1
finish
