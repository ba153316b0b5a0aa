# Makes quosync-schema(7) of what the migrations say: tables, columns and their types,
# views, indexes, functions, and the COMMENT of each. Files: sql/scripts/roles.sql, whose
# grant to quo_reader tells people's tables from machinery, then sql/migrations/*.sql in
# the order of their numbers; a later comment takes the place of an earlier one.
# Run with LC_ALL=C.

# A statement is done: its text is in one line, blanks squeezed, comments gone.
function statement(s,  words, n, name, column, text, i, parts)
{
    if (match(s, /^comment on [a-z]+ /)) {
        split(s, words, " ")
        name = s
        sub(/^comment on [a-z]+ /, "", name)
        text = name
        sub(/ is '.*$/, "", name)
        sub(/^[^']* is '/, "", text)
        sub(/' *;$/, "", text)
        gsub(/''/, "'", text)
        sub(/^quo\./, "", name)
        if (words[3] == "function" && !(name in said_function))
            functions[++n_functions] = name
        if (words[3] == "function")
            said_function[name] = text
        else
            said[name] = text
    } else if (match(s, /^create table quo\.[a-z_0-9]+ \(/)) {
        relation(word(s, 3), "table")
        columns_of(word(s, 3), substr(s, RSTART + RLENGTH))
    } else if (match(s, /^create (or replace )?view /)) {
        sub(/or replace /, "", s)
        relation(word(s, 3), "view")
    } else if (match(s, /^drop (view|table) /)) {
        name = s
        sub(/^drop (view|table) (if exists )?quo\./, "", name)
        sub(/[ ;].*$/, "", name)
        gone[name] = 1
    } else if (match(s, /^alter table quo\.[a-z_0-9]+ add column /)) {
        column_of(word(s, 3), substr(s, RSTART + RLENGTH))
    } else if (match(s, /^create (unique )?index [a-z_0-9]+ on quo\./)) {
        sub(/unique /, "", s)
        name = word(s, 5)
        indexes[name] = indexes[name] " " word(s, 3)
    } else if (s ~ /^grant select on .* to quo_reader;$/) {
        n = split(s, parts, /quo\./)
        for (i = 2; i <= n; i++) {
            sub(/[^a-z_0-9].*$/, "", parts[i])
            peoples[parts[i]] = 1
        }
    }
}

# The nth word of a statement, without the schema's name and what follows the name.
function word(s, n,  words)
{
    split(s, words, " ")
    sub(/^quo\./, "", words[n])
    sub(/[^a-z_0-9].*$/, "", words[n])
    return words[n]
}

function relation(name, kind)
{
    if (!(name in kind_of))
        relations[++n_relations] = name
    kind_of[name] = kind
    delete gone[name]
}

# The columns between the brackets of CREATE TABLE, at commas that are in no bracket.
function columns_of(table, body,  i, c, depth, at)
{
    depth = 0
    at = 1
    for (i = 1; i <= length(body); i++) {
        c = substr(body, i, 1)
        if (c == "(")
            depth++
        if (depth == 0 && (c == "," || c == ")")) {
            column_of(table, substr(body, at, i - at))
            at = i + 1
        }
        if (c == ")" && depth-- == 0)
            return
    }
}

function column_of(table, text,  name, type)
{
    sub(/^ */, "", text)
    name = type = text
    sub(/ .*$/, "", name)
    if (name ~ /^(constraint|primary|unique|check|foreign)$/)
        return
    sub(/^[^ ]+ /, "", type)
    needed[table "." name] = type ~ / not null/
    sub(/ (collate|not null|default|generated|constraint|references|storage) ?.*$/, "", type)
    sub(/[;, ]+$/, "", type)
    columns[table] = columns[table] " " name
    type_of[table "." name] = type
}

# A text as mdoc wants it: a sentence ends its line, no line is long, nothing is a request.
function put(text,  words, n, i, line)
{
    gsub(/\\/, "\\e", text)
    n = split(text, words, " ")
    line = ""
    for (i = 1; i <= n; i++) {
        if (line != "" && length(line) + length(words[i]) > 76) {
            print safe(line)
            line = ""
        }
        line = line (line == "" ? "" : " ") words[i]
        if (words[i] ~ /[.!?]$/) {
            print safe(line)
            line = ""
        }
    }
    if (line != "")
        print safe(line)
}

function safe(line)
{
    return (line ~ /^[.']/ ? "\\&" : "") line
}

function put_relation(name,  list, n, i, at)
{
    print ".Ss " name
    put(said[name])
    print ".Bl -tag -width Ds"
    if (kind_of[name] == "table") {
        n = split(columns[name], list, " ")
        for (i = 1; i <= n; i++) {
            at = name "." list[i]
            print ".It Va " list[i] " No " type_of[at] (needed[at] ? " not null" : "")
            put(said[at])
        }
    } else {
        # In the order in which they were explained.
        n = split(explained[name], list, " ")
        for (i = 1; i <= n; i++) {
            print ".It Va " list[i]
            put(said[name "." list[i]])
        }
    }
    n = split(indexes[name], list, " ")
    for (i = 1; i <= n; i++)
        if (list[i] in said) {
            print ".It index Va " list[i]
            put(said[list[i]])
        }
    print ".El"
}

function put_all(title, kind, of_people,  i, name)
{
    print ".Sh " title
    for (i = 1; i <= n_relations; i++) {
        name = relations[i]
        if (!(name in gone) && kind_of[name] == kind && (kind == "view" || (name in peoples) == of_people))
            put_relation(name)
    }
}

# Bodies of functions and DO blocks are no statements of the schema.
{
    dollars = gsub(/\$[a-z]*\$/, "&")
    if (in_body || dollars) {
        if (dollars % 2)
            in_body = !in_body
        if (!in_body)
            text = ""
        next
    }
}
/^ *--/ { next }
{
    line = $0
    if (gsub(/'/, "'", text) % 2 == 0)
        sub(/ +--[^']*$/, "", line)
    gsub(/[ \t]+/, " ", line)
    sub(/^ /, "", line)
    if (line == "")
        next
    text = text (text == "" ? "" : " ") line
    # A semicolon ends a statement where no quoted text is open.
    if (line ~ /;$/ && gsub(/'/, "'", text) % 2 == 0) {
        gsub(/' '/, "", text) # a literal that goes on in the next line
        if (match(text, /^comment on column quo\.[a-z_0-9]+\.[a-z_0-9]+ /)) {
            split(substr(text, 23), dotted, /[. ]/)
            if (!((dotted[1] "." dotted[2]) in said))
                explained[dotted[1]] = explained[dotted[1]] " " dotted[2]
        }
        statement(text)
        text = ""
    }
}

END {
    print ".\\\" quosync-schema.7 - made from the comments of sql/migrations by schema2man.awk."
    print ".Dd November 25, 2026"
    print ".Dt QUOSYNC-SCHEMA 7"
    print ".Os"
    print ".Sh NAME"
    print ".Nm quosync-schema"
    print ".Nd the tables and views of a mirrored Quo workspace"
    print ".Sh DESCRIPTION"
    put("Everything is in schema quo. Every table leads with org_id, the workspace, and every key and join includes it. Instants are timestamptz, durations are seconds. Null is what Quo did not say, or said to be null; '' and {} are what it said. Columns may be added in later versions; they are not renamed. merge_state is the program's own.")
    print ".Pp"
    put("The same texts are the comments of the schema:")
    print ".Ql \\ed+ quo.calls"
    put("in psql shows them.")
    print ".Pp"
    put("The view contacts_wide is not listed: it has the columns of live_contacts, and one for each custom field of the workspaces, as its comments say.")
    put_all("THE VIEWS", "view", 0)
    put_all("THE TABLES", "table", 1)
    put_all("THE MACHINERY", "table", 0)
    print ".Sh THE FUNCTIONS"
    print ".Bl -tag -width Ds"
    for (i = 1; i <= n_functions; i++) {
        print ".It Va " substr(functions[i], 1, index(functions[i], "(") - 1)
        put(said_function[functions[i]])
    }
    print ".El"
    print ".Sh SEE ALSO"
    print ".Xr quosync 1 ,"
    print ".Xr quosync.conf 5"
}
