/* row_text.c - see row_text.h. */
#include "row_text.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/row.h"

static void
print_quoted(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            fputs("\\n", out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

void
row_text_value(FILE *out, const struct quosync_value *value)
{
    switch (value->type) {
    case QUOSYNC_NULL:
        fputs("null", out);
        break;
    case QUOSYNC_TEXT:
        print_quoted(out, value->of.text);
        break;
    case QUOSYNC_NUMBER:
    case QUOSYNC_JSON:
        fputs(value->of.text, out);
        break;
    case QUOSYNC_INSTANT:
        if (value->of.instant_us >= 0) {
            char text[QUOSYNC_INSTANT_SIZE];

            quosync_instant_format(value->of.instant_us, text);
            fputs(text, out);
        } else {
            fprintf(out, "%" PRId64 "us", value->of.instant_us);
        }
        break;
    case QUOSYNC_BOOLEAN:
        fputs(value->of.boolean ? "true" : "false", out);
        break;
    case QUOSYNC_TEXTS:
        fputc('{', out);
        for (size_t i = 0; i < value->of.texts.n; i++) {
            if (i > 0)
                fputc(',', out);
            print_quoted(out, value->of.texts.items[i]);
        }
        fputc('}', out);
        break;
    }
}

static void
print_list(FILE *out, enum quosync_table table, const struct quosync_row *row, size_t list)
{
    for (size_t i = 0; i < quosync_row_list_length(row, list); i++) {
        fprintf(out, "  %s %zu:", quosync_list_name(table, list), i + 1);
        for (size_t c = 0; quosync_list_column_name(table, list, c) != NULL; c++) {
            struct quosync_value value = quosync_row_list_value(row, list, i, c);

            fprintf(out, " %s=", quosync_list_column_name(table, list, c));
            row_text_value(out, &value);
        }
        fputc('\n', out);
    }
}

void
row_text_print(FILE *out, enum quosync_table table, const struct quosync_row *row)
{
    fprintf(out, "%s %s\n", tables[table].name, quosync_row_id(row));
    for (size_t c = 0; quosync_column_name(table, c) != NULL; c++) {
        struct quosync_value value = quosync_row_value(row, c);

        fprintf(out, "  %s=", quosync_column_name(table, c));
        row_text_value(out, &value);
        fputc('\n', out);
    }
    for (size_t list = 0; quosync_list_name(table, list) != NULL; list++)
        print_list(out, table, row, list);
}

char *
row_text_fold(struct quosync_fold *fold)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);

    if (out == NULL)
        abort();
    for (int t = 0; t < QUOSYNC_TABLES; t++) {
        struct quosync_row **rows;
        size_t n;

        if (!quosync_fold_rows(fold, (enum quosync_table)t, &rows, &n, NULL))
            abort();
        for (size_t i = 0; i < n; i++)
            if (row_exists(rows[i])) /* REST may miss a contact that nobody told of */
                row_text_print(out, (enum quosync_table)t, rows[i]);
    }
    if (fclose(out) != 0)
        abort();
    return text;
}
