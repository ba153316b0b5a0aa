# Programs that tests and benchmarks use.
check_PROGRAMS += %D%/deliveries

%C%_deliveries_SOURCES = \
    %D%/deliveries.c \
    %D%/generate.c \
    %D%/generate.h \
    %D%/generate_trouble.c
%C%_deliveries_LDADD =
