# layers.sh - who may include whom. The table is the one that src/local.mk's
# order of libraries stands for: each layer knows those before it, db and net
# do not know each other, and each library of others has its place.
. "$TOP_SRCDIR/tests/lint/sources.sh" || exit 99

# layer: the layers whose headers it may include
layers='
core core
base core base
db   core base db
net  core base net
app  core base db net app
cmd  core base db net app cmd
'

# header of others: the layers that may include it
foreign='
libpq-fe.h    db
microhttpd.h  net
curl/curl.h   net
jansson.h     core net app
openssl/      core base net app
ini.h         base
getopt.h      base cmd
time.h        base db net app cmd
fcntl.h       base db net app cmd
unistd.h      base db net app cmd
signal.h      base db net app cmd
pthread.h     base db net app cmd
sys/          base db net app cmd
poll.h        base db net app
netinet/      net base
arpa/         net base
netdb.h       net base
'

# includes LAYER: lines of "file header", of all files of the layer.
includes() {
    sources '*.c' '*.h' | grep "^src/$1/" | while read -r file; do
        sed -n 's/^ *# *include *[<"]\([^>"]*\)[>"].*/\1/p' "$TOP_SRCDIR/$file" |
            sed "s|^|$file |"
    done
}

for layer in core base db net app cmd; do
    allowed=$(echo "$layers" | sed -n "s/^$layer //p")
    wrong=$(includes "$layer" | while read -r file header; do
        of=${header%%/*}
        case " core base db net app cmd " in
        *" $of "*)
            case " $allowed " in *" $of "*) ;; *) echo "$file includes $header" ;; esac
            ;;
        esac
    done)
    empty "$layer includes only the layers that it may know" "$wrong"

    wrong=$(includes "$layer" | while read -r file header; do
        echo "$foreign" | while read -r name places; do
            [ -n "$name" ] || continue
            case $header in "$name" | "${name%/}"/*) ;; *) continue ;; esac
            case " $places " in *" $layer "*) ;; *) echo "$file includes <$header>" ;; esac
        done
    done)
    empty "$layer includes only the system and libraries that it may know" "$wrong"
done

# A name without a layer hides where it comes from.
wrong=$(cd "$TOP_SRCDIR" && sources '*.c' '*.h' | grep '^src/' |
    xargs grep -nE '^ *# *include *"' /dev/null |
    grep -vE '"(quosync\.h|config\.h|(core|base|db|net|app|cmd)/[a-z0-9_]+\.h)"')
empty "every include of ours names its layer" "$wrong"

wrong=$(cd "$TOP_SRCDIR" && sources '*.h' | grep '^src/' | xargs grep -l 'libpq-fe\.h' /dev/null)
empty "no header of ours brings libpq's" "$wrong"
finish
