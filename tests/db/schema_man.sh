#!/bin/bash
# schema_man.sh - quosync-schema(7), which is made from the text of the migrations, says
# what the database says once they are applied: every relation, column, type and comment.
. "$TOP_SRCDIR/tests/support/shell.sh" || exit 99

page=$TOP_BUILDDIR/man/quosync-schema.7
query() { psql -XAtq -v ON_ERROR_STOP=1 "$@"; }

for file in "$TOP_SRCDIR"/sql/migrations/*.sql; do
    query -1 -f "$file" >"$work/migrate.log" || fail "$(basename "$file") is applied"
done
query -1 -f "$TOP_SRCDIR/sql/scripts/roles.sql" >"$work/roles.log" 2>&1

# The page as lines: relation|column|type|comment.
awk '
    function done() {
        if (relation != "")
            print relation "|" column "|" type "|" text
        text = ""
    }
    /^\.Sh THE FUNCTIONS/ { done(); relation = ""; exit }
    /^\.Sh / { done(); relation = ""; next }
    /^\.Ss / { done(); relation = $2; column = type = ""; next }
    /^\.It index / { done(); relation = "index " $4; column = type = ""; next }
    /^\.It / {
        done()
        sub(/^index .*/, "", relation)
        column = $3
        type = $0
        if (!sub(/^\.It Va [^ ]* No /, "", type))
            type = ""
        next
    }
    /^\.(Bl|El)/ { next }
    {
        sub(/^\\&/, "")
        gsub(/\\e/, "\\")
        text = text (text == "" ? "" : " ") $0
    }' "$page" | LC_ALL=C sort >"$work/page"

# Types of views are not in the page; of an index, only where it is explained.
query -c "
    select c.relname || '|' || coalesce(a.attname, '') || '|' ||
           case when a.attname is null or c.relkind = 'v' then ''
                else replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz')
                     || case when a.attnotnull then ' not null' else '' end end || '|' ||
           regexp_replace(coalesce(col_description(c.oid, a.attnum), obj_description(c.oid, 'pg_class'), ''), '\s+', ' ', 'g')
      from pg_class c
      left join (select attrelid, attname, attnum, atttypid, atttypmod, attnotnull from pg_attribute
                  where attnum > 0 and not attisdropped
                 union all select oid, null, 0, 0, 0, false from pg_class) a on a.attrelid = c.oid
     where c.relnamespace = 'quo'::regnamespace and c.relkind in ('r', 'p', 'v')
       and not c.relispartition and c.relname not in ('contacts_wide')
    union all
    select 'index ' || c.relname || '|||' || regexp_replace(obj_description(c.oid, 'pg_class'), '\s+', ' ', 'g')
      from pg_class c
     where c.relnamespace = 'quo'::regnamespace and c.relkind in ('i', 'I') and not c.relispartition
       and obj_description(c.oid, 'pg_class') is not null" | LC_ALL=C sort >"$work/database"
check "the database has much to say" test "$(wc -l <"$work/database")" -gt 250
empty "the page says what the database says" "$(diff "$work/database" "$work/page")"

equal "it explains every function that has a comment" \
    "$(sed -n '/^\.Sh THE FUNCTIONS/,$s/^\.It Va \([a-z_]*\).*/\1/p' "$page" | sort)" \
    "$(query -c "select proname from pg_proc where pronamespace = 'quo'::regnamespace
                   and obj_description(oid, 'pg_proc') is not null" | sort)"
equal "people's tables are those that readers may read" \
    "$(sed -n '/^\.Sh THE TABLES/,/^\.Sh THE MACHINERY/s/^\.Ss //p' "$page" | sort)" \
    "$(query -c "select relname from pg_class where relnamespace = 'quo'::regnamespace
                   and relkind in ('r', 'p') and not relispartition
                   and has_table_privilege('quo_reader', oid, 'select')" | sort)"

if command -v mandoc >/dev/null; then
    empty "mandoc finds nothing wrong in it" "$(mandoc -Tlint "$page" | grep -v 'referenced manual not found')"
fi
finish
