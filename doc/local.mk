# Documents that are no manual pages.
dist_doc_DATA += \
    %D%/backup.md \
    %D%/growing.md \
    %D%/http.md \
    %D%/library.md \
    %D%/merge.md \
    %D%/quo.md \
    %D%/reports.md \
    %D%/schema.md \
    %D%/trust.md \
    %D%/upgrade.md
