# What the tests reach, by gcov: `make coverage` builds in a folder of its own.
EXTRA_DIST += %D%/coverage.sh %D%/exceptions.txt %D%/report.py

.PHONY: coverage
coverage:
	bash $(top_srcdir)/%D%/coverage.sh '$(abs_top_builddir)/coverage'
