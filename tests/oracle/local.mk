# The oracle: an independent statement of the merge in SQL, for the tests that need one.
EXTRA_DIST += \
    %D%/archive.sql \
    %D%/calls.sql \
    %D%/compare.sql \
    %D%/contacts.sql \
    %D%/differences.sql \
    %D%/digest.sql \
    %D%/links.sql \
    %D%/messages.sql \
    %D%/oracle.sql
