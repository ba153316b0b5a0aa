# Tests of what is installed: a tree below a root of its own, no server. To add
# one: its name.
package_tests = \
    %D%/completion.sh \
    %D%/hardening.sh \
    %D%/library.sh \
    %D%/units.sh

TESTS += $(package_tests)
EXTRA_DIST += $(package_tests)
# By hand, as root: it makes a Debian to install the packages in.
EXTRA_DIST += %D%/debian_chroot.sh
