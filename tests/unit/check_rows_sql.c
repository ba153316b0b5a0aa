/*
 * check_rows_sql.c - the statements that write rows name the columns of
 * core/table.c, in its order: parameters are sent in that order, and nobody
 * else would notice two columns of one type that change places.
 */
#include "db/rows_sql.h"

#include <stdio.h>
#include <string.h>

#include "support/suite.h"

#define TEXT_SIZE 8192

/* Single blanks, so that texts can be searched. */
static void
squeeze(const char *from, char to[TEXT_SIZE])
{
    size_t n = 0;

    for (; *from != '\0' && n + 1 < TEXT_SIZE; from++) {
        char c = *from == '\n' ? ' ' : *from;

        if (c != ' ' || (n > 0 && to[n - 1] != ' '))
            to[n++] = c;
    }
    to[n] = '\0';
}

static void
add(char list[TEXT_SIZE], const char *name, const char *end)
{
    size_t n = strlen(list);

    (void)snprintf(list + n, TEXT_SIZE - n, "%s%s%s", n == 0 ? "" : ", ", name, end);
}

static void
must_hold(const struct statement *statement, const char *before, const char *list,
          const char *after)
{
    char text[TEXT_SIZE], wanted[TEXT_SIZE + 100];

    squeeze(statement->text, text);
    (void)snprintf(wanted, sizeof wanted, "%s%s%s", before, list, after);
    ck_assert_msg(strstr(text, wanted) != NULL, "%s lacks \"%s\"", statement->name, wanted);
}

static const char *
key_of(const char *table)
{
    if (strcmp(table, "custom_field_definitions") == 0)
        return "key";
    return strncmp(table, "call_", 5) == 0 ? "call_id" : "id";
}

START_TEST(inserts_and_updates_name_the_columns_of_their_table_in_its_order)
{
    const struct table *table = &tables[_i];
    const struct table_sql *sql = &table_sql[_i];
    bool contacts = _i == QUOSYNC_CONTACTS;
    char columns[TEXT_SIZE] = "", given[TEXT_SIZE], target[TEXT_SIZE];

    add(columns, key_of(table->name), "");
    for (size_t c = 0; c < table->n_columns; c++)
        add(columns, table->columns[c].name, "");
    add(columns, "merge_state", "");

    (void)snprintf(target, sizeof target, "insert into quo.%s (org_id, ", table->name);
    (void)snprintf(given, sizeof given, "%s", columns);
    if (contacts)
        add(given, "synced_at", "");
    must_hold(sql->insert, target, given, ")");
    must_hold(sql->insert, "as k (", columns, ") on conflict");

    (void)snprintf(target, sizeof target, "insert into quo.%s as t (org_id, ", table->name);
    must_hold(sql->update, target, given, ") select $1::text");
    must_hold(sql->update, "as k (", columns, ") on conflict");
}
END_TEST

START_TEST(an_update_keeps_the_columns_of_registers_that_do_not_win)
{
    const struct table *table = &tables[_i];
    char text[TEXT_SIZE], wanted[200];
    size_t first = 1 + 1 + table->n_columns + 1; /* org_id, the key, the columns, merge_state */
    int place[TABLE_MAX_REGISTERS];

    squeeze(table_sql[_i].update->text, text);
    for (size_t r = 0; r < table->n_registers; r++)
        if (table_guards(table) & BIT(r))
            place[r] = (int)++first;
    for (size_t c = 0; c < table->n_columns; c++) {
        int reg = table_column_register(table, c);
        const char *name = table->columns[c].name, *at;

        (void)snprintf(wanted, sizeof wanted, "%s = ", name);
        at = strstr(text, wanted);
        ck_assert_msg(at != NULL, "%s does not set %s", table->name, name);
        if (reg < 0)
            (void)snprintf(wanted, sizeof wanted, "%s = excluded.%s", name, name);
        else
            (void)snprintf(wanted, sizeof wanted,
                           "%s = case when $%d::boolean then excluded.%s else t.%s end", name,
                           place[reg], name, name);
        ck_assert_msg(strstr(text, wanted) != NULL, "%s lacks \"%s\"", table->name, wanted);
    }
}
END_TEST

START_TEST(lists_are_written_with_their_columns_in_their_order)
{
    const struct table *table = &tables[_i];

    for (size_t l = 0; l < table->n_lists; l++) {
        const struct list_def *list = &table->lists[l];
        const struct list_sql *sql = list_sql_find(list);
        char columns[TEXT_SIZE] = "", target[200];

        if (list->name == NULL || list->set)
            continue;
        ck_assert_msg(sql != NULL, "%s has no statements", list->name);
        add(columns, strncmp(list->name, "contact_", 8) == 0 ? "contact_id" : "call_id", "");
        add(columns, "position", "");
        for (size_t c = 0; c < list->n_columns; c++)
            add(columns, list->columns[c].name, "");
        (void)snprintf(target, sizeof target, "insert into quo.%s (org_id, ", list->name);
        must_hold(sql->insert, target, columns, ") select $1::text");
        must_hold(sql->insert, "as k (", columns, ")");
        (void)snprintf(target, sizeof target, "insert into quo.%s as t (org_id, ", list->name);
        must_hold(sql->upsert, target, columns, ") select $1::text");
        must_hold(sql->upsert, "as k (", columns, ") on conflict");
    }
}
END_TEST

START_TEST(lists_of_text_become_array_literals)
{
    static const struct {
        const char *items[3];
        size_t n;
        const char *literal;
    } cases[] = {
        { { NULL }, 0, "{}" },
        { { "" }, 1, "{\"\"}" },
        { { "a", "b, {c}" }, 2, "{\"a\",\"b, {c}\"}" },
        { { "say \"hi\"", "back\\slash", "null" }, 3,
          "{\"say \\\"hi\\\"\",\"back\\\\slash\",\"null\"}" },
    };
    AUTO(arena_done) struct arena arena = { 0 };
    const char *items[3];
    struct quosync_strings texts = { .items = items, .n = cases[_i].n };

    memcpy(items, cases[_i].items, sizeof items);
    ck_assert_str_eq(texts_literal(&texts, &arena), cases[_i].literal);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("rows_sql");
    TCase *tc = tcase_create("rows_sql");

    tcase_add_loop_test(tc, inserts_and_updates_name_the_columns_of_their_table_in_its_order, 0,
                        QUOSYNC_TABLES);
    tcase_add_loop_test(tc, an_update_keeps_the_columns_of_registers_that_do_not_win, 0,
                        QUOSYNC_TABLES);
    tcase_add_loop_test(tc, lists_are_written_with_their_columns_in_their_order, 0,
                        QUOSYNC_TABLES);
    tcase_add_loop_test(tc, lists_of_text_become_array_literals, 0, 4);
    suite_add_tcase(suite, tc);
    return suite_run(suite);
}
