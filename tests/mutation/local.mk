# Mutation testing: `make mutation` (mutate.py says what it does, and its options, for
# MUTATION_FLAGS). It takes long and is no part of make check.
EXTRA_DIST += %D%/breaker.py %D%/mutate.py %D%/survivors.txt

.PHONY: mutation
mutation: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=
	TOP_SRCDIR='$(abs_top_srcdir)' TOP_BUILDDIR='$(abs_top_builddir)' \
	    sh $(top_srcdir)/tests/support/with_postgres.sh --no-fsync \
	    python3 -B $(top_srcdir)/%D%/mutate.py $(MUTATION_FLAGS)

# Each defence of defences.txt is taken out, and a test notices.
EXTRA_DIST += %D%/defences.py %D%/defences.txt

.PHONY: defences
defences: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=
	TOP_SRCDIR='$(abs_top_srcdir)' TOP_BUILDDIR='$(abs_top_builddir)' \
	    sh $(top_srcdir)/tests/support/with_postgres.sh --no-fsync \
	    python3 -B $(top_srcdir)/%D%/defences.py
