# Property tests: laws on inputs made up from a seed. merge_law is linked
# again with the merge broken in known ways, each of which it must notice.
merge_law_sources = \
    %D%/merge_law.c \
    tests/support/generate.c \
    tests/support/generate.h \
    tests/support/generate_rest.c \
    tests/support/generate_trouble.c \
    tests/support/observed.c \
    tests/support/observed.h \
    tests/support/row_text.c \
    tests/support/row_text.h \
    tests/support/shelf.c \
    tests/support/shelf.h
merge_mutant_sources = \
    $(merge_law_sources) \
    src/core/plan.c \
    src/core/version.c
merge_law_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/support $(JANSSON_CFLAGS)
merge_law_libs = libcore.la $(JANSSON_LIBS)

check_PROGRAMS += \
    %D%/merge_law \
    %D%/merge_mutant_1 \
    %D%/merge_mutant_2 \
    %D%/merge_mutant_3 \
    %D%/merge_mutant_4

%C%_merge_law_SOURCES = $(merge_law_sources)
%C%_merge_law_CPPFLAGS = $(merge_law_cppflags)
%C%_merge_law_LDADD = $(merge_law_libs)

%C%_merge_mutant_1_SOURCES = $(merge_mutant_sources)
%C%_merge_mutant_1_CPPFLAGS = $(merge_law_cppflags) -DMERGE_MUTANT=1
%C%_merge_mutant_1_LDADD = $(merge_law_libs)

%C%_merge_mutant_2_SOURCES = $(merge_mutant_sources)
%C%_merge_mutant_2_CPPFLAGS = $(merge_law_cppflags) -DMERGE_MUTANT=2
%C%_merge_mutant_2_LDADD = $(merge_law_libs)

%C%_merge_mutant_3_SOURCES = $(merge_mutant_sources)
%C%_merge_mutant_3_CPPFLAGS = $(merge_law_cppflags) -DMERGE_MUTANT=3
%C%_merge_mutant_3_LDADD = $(merge_law_libs)

%C%_merge_mutant_4_SOURCES = $(merge_mutant_sources)
%C%_merge_mutant_4_CPPFLAGS = $(merge_law_cppflags) -DMERGE_MUTANT=4
%C%_merge_mutant_4_LDADD = $(merge_law_libs)

TESTS += \
    %D%/merge_law \
    %D%/merge_mutants.sh
EXTRA_DIST += %D%/merge_mutants.sh
