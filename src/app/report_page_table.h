/*
 * report_page_table.h - the table of a report, and what is said below it.
 */
#ifndef QUOSYNC_APP_REPORT_PAGE_TABLE_H
#define QUOSYNC_APP_REPORT_PAGE_TABLE_H

#include "app/report_page.h"

/* id: what the report's ids begin with. A report without rows says so instead. */
void page_table_write(FILE *file, const struct page_report *report, const char *id);

/* The cell as people read it, escaped; nothing for null. */
void page_cell_write(FILE *file, const struct page_column *column, const char *cell);

#endif
