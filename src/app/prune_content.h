/*
 * prune_content.h - the retention of content: what activities said goes after
 * keep_content, that they were stays.
 */
#ifndef QUOSYNC_APP_PRUNE_CONTENT_H
#define QUOSYNC_APP_PRUNE_CONTENT_H

#include "db/pg.h"

/*
 * prune_content - take the content of a workspace's old activities: bodies and
 * media of messages, transcripts, summaries, links to recordings, and the
 * bodies of their archived deliveries.
 *
 *   before_us  activities that occurred, and deliveries received, before this
 *   *rows      messages, calls, summaries, transcripts and voicemails; added to
 *   *bodies    archived deliveries; added to
 *
 * Rows are marked, and take no content from any later observation. In bites,
 * beside workers. Ends early, and well, when stop_requested().
 * Errors   pg_run's; QUOSYNC_TRY_LATER when workers hold rows for too long.
 */
bool prune_content(struct pg *pg, const char *org_id, int64_t now_us, int64_t before_us,
                   size_t *rows, size_t *bodies, struct quosync_error *err) QUOSYNC_MUST_CHECK;

#endif
