# Documents that are no manual pages.
dist_doc_DATA += %D%/quo.md
