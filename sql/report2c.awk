# Turns the files of sql/reports into src/app/reports.c: of each file its head,
# its text as people paste it into psql, and its statement, in which psql's
# variables (:'since') became parameters ($2). src/app/report.h tells what for.
# Run with LC_ALL=C and the files in the order of their names.
#
# A head is comment lines: the title, then items, each of which may go on in
# lines that are indented by three blanks:
#
#   -- Missed calls that nobody returned
#   --
#   -- Section: calls
#   -- Question: ...
#   -- Period: what of an activity must lie within since and until
#   -- Parameter hours (4): ...
#   -- No field: why no custom field can cut it; where no parameter is called field
#   -- Column caller: ...
#   -- Trap: ...
#   -- Chart: bars x=line y=missed
#   -- Role: quo_reader
#
# Section, Question, Column and Role are required. Behind it, lines of psql from
# \if to \endif give defaults to variables; the program passes values instead.

function fail(text)
{
    print FILENAME ":" FNR ": " text > "/dev/stderr"
    failed = 1
    exit 1
}

function quoted(text)
{
    gsub(/\\/, "&&", text)
    gsub(/"/, "\\\"", text)
    gsub(/\?\?/, "?\\?", text)   # no trigraphs
    return "\"" text "\""
}

function or_null(text)
{
    return text == "" ? "NULL" : quoted(text)
}

# Puts a word of the head where it belongs; `item` is where continuations go.
function take_item(word, rest,  at)
{
    if (word == "Parameter") {
        if (!match(rest, /^[a-z_]+ \([^)]*\): /))
            fail("a parameter is given as NAME (DEFAULT): meaning")
        item = "parameter" SUBSEP (++n_parameters)
        at = index(rest, " ")
        parameter[n_parameters] = substr(rest, 1, at - 1)
        value[n_parameters] = substr(rest, at + 2, RLENGTH - at - 4)
        place[parameter[n_parameters]] = 4 + n_parameters
        text[item] = substr(rest, RLENGTH + 1)
    } else if (word == "Column") {
        at = index(rest, ": ")
        if (at == 0)
            fail("a column is given as NAME: meaning")
        item = "column" SUBSEP (++n_columns)
        column[n_columns] = substr(rest, 1, at - 1)
        text[item] = substr(rest, at + 2)
    } else if (word == "Trap") {
        item = "trap" SUBSEP (++n_traps)
        text[item] = rest
    } else if (word == "No") {
        if (!sub(/^field: /, "", rest))
            fail("only for the want of a field a reason is given: No field: reason")
        item = "No field"
        text[item] = rest
    } else if (word ~ /^(Section|Question|Period|Chart|Role)$/) {
        item = word
        if (item in text)
            fail("a second " word)
        text[item] = rest
    } else {
        fail("no item of a head is called " word)
    }
}

function head_line(line,  at, word)
{
    if (line == "--") {
        item = ""
    } else if (line ~ /^--    *[^ ]/) {
        if (item == "")
            fail("a line that goes on with nothing")
        sub(/^-- */, "", line)
        text[item] = text[item] " " line
    } else {
        sub(/^-- /, "", line)
        at = index(line, ": ")
        if (at == 0)
            fail("an item of a head is WORD: text")
        word = line
        sub(/[ :].*/, "", word)
        line = substr(line, length(word) + 1)
        sub(/^:? /, "", line)
        take_item(word, line)
    }
}

# psql's variables become parameters; every one has its place.
function with_parameters(line,  name, made)
{
    made = ""
    while (match(line, /:'[a-z_]+'/)) {
        name = substr(line, RSTART + 2, RLENGTH - 3)
        if (!(name in place))
            fail("the head does not tell of the parameter " name)
        if (name == "since" || name == "until")
            uses_period = 1
        made = made substr(line, 1, RSTART - 1) "$" place[name]
        line = substr(line, RSTART + RLENGTH)
    }
    return made line
}

# Everything of one report, kept as C until all are known: they are sorted by section.
function finish(  i, c, n)
{
    if (name == "")
        return
    if (!("Section" in text) || !("Question" in text) || !("Role" in text) || n_columns == 0)
        fail(name ": the head lacks Section, Question, Role or Column")
    if (index(" " sections " ", " " text["Section"] " ") == 0)
        fail(name ": the sections are " sections)
    if (uses_period != ("Period" in text))
        fail(name ": a head tells of a Period where the statement has since and until")
    if (("field" in place) == ("No field" in text))
        fail(name ": a head has a Parameter field, or tells why there is No field")
    sub(/;\n$/, "", statement)
    c = "static const struct report_parameter parameters_" name "[] = {\n"
    for (i = 1; i <= n_parameters; i++)
        c = c "    { " quoted(parameter[i]) ", " quoted(value[i]) ", " \
              quoted(text["parameter" SUBSEP i]) " },\n"
    c = c "    { NULL, NULL, NULL },\n};\n"
    c = c "static const struct report_column columns_" name "[] = {\n"
    for (i = 1; i <= n_columns; i++)
        c = c "    { " quoted(column[i]) ", " quoted(text["column" SUBSEP i]) " },\n"
    c = c "    { NULL, NULL },\n};\n"
    c = c "static const char *const traps_" name "[] = {\n"
    for (i = 1; i <= n_traps; i++)
        c = c "    " quoted(text["trap" SUBSEP i]) ",\n"
    c = c "    NULL,\n};\n"
    c = c "static const char source_" name "[] =\n" as_lines(source) ";\n"
    c = c "static const char statement_" name "[] =\n" as_lines(statement) ";\n"
    printf "%s\n", c
    n = ++in_section[text["Section"]]
    row[text["Section"], n] = \
        "    { .name = " quoted(name) ", .title = " quoted(title) ",\n" \
        "      .section = " quoted(text["Section"]) ",\n" \
        "      .question = " quoted(text["Question"]) ",\n" \
        "      .period = " or_null(text["Period"]) ",\n" \
        "      .no_field = " or_null(text["No field"]) ",\n" \
        "      .chart = " or_null(text["Chart"]) ",\n" \
        "      .role = " quoted(text["Role"]) ",\n" \
        "      .traps = traps_" name ",\n" \
        "      .parameters = parameters_" name ", .n_parameters = " n_parameters ",\n" \
        "      .columns = columns_" name ", .n_columns = " n_columns ",\n" \
        "      .source = source_" name ",\n" \
        "      .statement = { \"report " name "\", statement_" name " } },\n"
}

function as_lines(many,  made)
{
    gsub(/\\/, "&&", many)
    gsub(/"/, "\\\"", many)
    gsub(/\?\?/, "?\\?", many)
    gsub(/\n/, "\\n\"\n    \"", many)
    made = "    \"" many "\""
    sub(/\n    ""$/, "", made)
    return made
}

BEGIN {
    sections = "calls messages people contacts mirror"
    print "/* Generated by sql/report2c.awk from the files of sql/reports. */"
    print "#include \"app/report.h\"\n"
}

FNR == 1 {
    finish()
    name = FILENAME
    sub(/^.*\//, "", name)
    sub(/\.sql$/, "", name)
    if (name !~ /^[a-z][a-z0-9_]*$/)
        fail("a report is named in lower case")
    split("", text); split("", place)
    place["org_id"] = 1; place["since"] = 2; place["until"] = 3; place["tz"] = 4
    n_parameters = n_columns = n_traps = uses_period = 0
    source = statement = item = ""
    head = 1
    defaults = 0
    title = $0
    if (!sub(/^-- /, "", title))
        fail("the first line is the title")
    source = $0 "\n"
    next
}

{ source = source $0 "\n" }
head && /^--/ { head_line($0); next }
{ head = 0 }
/^\\if/ { defaults = 1 }
defaults { if (/\\endif$/) defaults = 0; next }
/^\\/ { fail("only \\if ... \\endif may stand before the statement") }
/^[ \t]*--/ || /^[ \t]*$/ { next }
{ statement = statement with_parameters($0) "\n" }

END {
    if (failed)
        exit failed
    finish()
    print "const struct report reports[] = {"
    n = split(sections, order, " ")
    for (i = 1; i <= n; i++)
        for (j = 1; j <= in_section[order[i]]; j++) {
            printf "%s", row[order[i], j]
            all++
        }
    print "    { .name = NULL },\n};"
    print "const size_t n_reports = " all + 0 ";"
}
