# fish completion of quosync, for vendor_completions.d: what there is to complete, the
# program itself knows.
quosync completion fish 2>/dev/null | source
