# files.sh - what every file of ours has in common: a head that says what it
# owns, a bearable size, no traces of the machine it was written on.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99
cd "$TOP_SRCDIR" || exit 99

# head FILE: succeeds when the file begins (after #! and blank lines) with a comment.
head_is_comment() {
    local line
    line=$(sed -n '/^#!/d; /^$/d; p; q' "$1")
    case $1 in
    *.c | *.h) [[ $line == '/*'* ]] ;;
    *.sql) [[ $line == '--'* ]] ;;
    *.[1-9]) [[ $line == '.\"'* ]] ;;
    *.py) [[ $line == '"""'* || $line == '#'* ]] ;;
    *) [[ $line == '#'* ]] ;;
    esac
}

wrong=$(sources '*.c' '*.h' '*.sql' '*.sh' '*.awk' '*.py' '*.mk' '*.[1-9]' Makefile.am |
    while read -r file; do
        head_is_comment "$file" || echo "$file"
    done)
empty "every file begins by saying what it owns" "$wrong"

wrong=$(sources '*.c' '*.h' '*.sql' '*.sh' '*.awk' '*.py' | while read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 800 ] || echo "$file has $lines lines"
done)
empty "no file has more than 800 lines" "$wrong"

# In tests a made-up body may be longer than a line should be.
wrong=$(sources '*.c' '*.h' | grep -E '^(src|include)/' | LC_ALL=C.UTF-8 xargs grep -nE '.{101,}' /dev/null | cut -d: -f 1,2)
empty "no line of the program is longer than 100 columns" "$wrong"

wrong=$(sources '*.c' '*.h' '*.sql' | xargs grep -nP '\t' /dev/null | cut -c 1-90)
empty "C and SQL are indented with blanks" "$wrong"

wrong=$(sources '*.c' '*.h' '*.sql' '*.sh' '*.awk' '*.py' '*.mk' '*.md' Makefile.am configure.ac |
    xargs grep -nE '[[:blank:]]+$' /dev/null | cut -c 1-90)
empty "no line ends in blanks" "$wrong"

# Generated names of JSON samples are data; everything else is ours.
pattern='/(work|root|home/[a-z]+)/|/tmp/[a-z]/'
wrong=$(sources '*' | grep -vE '^tests/(samples|vectors|fuzz)/|^tests/lint/files\.sh$' |
    xargs grep -nIE "$pattern" /dev/null | cut -c 1-120)
empty "no file names a directory of the machine it was written on" "$wrong"

wrong=$(sources '*.c' '*.h' '*.sql' '*.sh' '*.awk' '*.py' '*.mk' |
    grep -v '^tests/lint/files\.sh$' |
    xargs grep -nE '\b(TODO|FIXME|XXX|HACK)\b' /dev/null | cut -c 1-120)
empty "nothing is left to do in a comment" "$wrong"

wrong=$(sources '*.h' | while read -r file; do
    grep -qE '^#ifndef QUOSYNC[A-Z0-9_]*_H$' "$file" || echo "$file"
done)
empty "every header guards itself by a QUOSYNC_ name" "$wrong"

unsafe='strcpy|strcat|sprintf|vsprintf|gets|strtok|ato[ilf]|atoll|setjmp|longjmp|alloca'
unsafe="$unsafe|system|popen|tmpnam|mktemp|localtime|gmtime|ctime|asctime"
wrong=$(sources '*.c' '*.h' | grep -E '^(src|include)/' |
    xargs grep -nE "\b($unsafe)\(" /dev/null | grep -vE ':[0-9]+: *(\*|/\*)' | cut -c 1-120)
empty "no function is called that cannot be called safely" "$wrong"
# Without it bash goes on, cases that call what is missing do not run, and none fails.
wrong=$(sources '*.sh' run | grep '^tests/' | xargs grep -nE '^(\.|source) ' /dev/null |
    grep -v ' || exit 99$' | cut -c 1-120)
empty "a test that cannot read its helpers stops with 99" "$wrong"
finish
