# The layers, in order: each may include those above it (tests/lint/layers.sh).
include %D%/core/local.mk
include %D%/base/local.mk
include %D%/db/local.mk
include %D%/net/local.mk
include %D%/app/local.mk
include %D%/cmd/local.mk
