import Wording

/// What runs on the node to write files: POSIX sh and coreutils, all a bare node has.
///
/// Scripts stand in the node's process list; paths, owners and contents come by standard input. `head -c`
/// and `read` take no byte more than they need from a pipe, so that one stream can hold everything.
enum RemoteScripts {
    /// How a script says that the file system is full (ENOSPC).
    static let diskFull: Int32 = 28
    /// How `read` says that there is no such file.
    static let noSuchFile: Int32 = 44

    /// Common to the scripts: `try WHAT COMMAND…` ends the script with the command's own words if it fails.
    private static let prelude = #"""
        umask 077
        LC_ALL=C
        export LC_ALL
        fail() {
            printf '%s\n' "$2" >&2
            exit "$1"
        }
        try() {
            what=$1
            shift
            said=$("$@" 2>&1) && return
            case $said in
            *'No space left on device'* | *'Disk quota exceeded'*) fail 28 "$what: $said" ;;
            *) fail 1 "$what: $said" ;;
            esac
        }

        """#

    /// Takes all files in, each into a temporary file beside its target; then brings them to disk, keeps
    /// the originals, and renames. A fault before the renames leaves every target as it was.
    ///
    /// Input: how many files; for each: path, temporary path, owner:group, mode, size, each on a line,
    /// then the contents, then their SHA-256 on a line.
    /// Arguments: the directory for originals or "", 1 to make parents.
    static let write =
        prelude + #"""
            keep=$1 parents=$2 plan= temporary=
            trap 'printf %s "$temporary" | while IFS= read -r name; do rm -f -- "$name"; done' EXIT
            trap 'exit 1' HUP INT TERM
            # Without a connection, words to standard error must not end the script before it has cleaned up.
            trap '' PIPE
            make_parent() { umask 022 && mkdir -p -- "$parent"; }
            create() { set -C && : >"$new"; }
            receive() { head -c "$size" >>"$new"; }
            flush() { try "$path: sync it" sync -- "$new"; }
            keep_original() {
                kept=$keep$path absent=$keep/.absent$path
                if [ -e "$kept" ] || [ -L "$kept" ] || [ -e "$absent" ]; then return; fi
                if [ -e "$path" ] || [ -L "$path" ]; then
                    copy=${kept%/*}/${new##*/}
                    try "$path: keep the original in $keep" mkdir -p -- "${kept%/*}"
                    try "$path: keep the original in $keep" cp -a -- "$path" "$copy"
                    [ -L "$copy" ] || try "$path: keep the original in $keep" sync -- "$copy"
                    try "$path: keep the original in $keep" mv -fT -- "$copy" "$kept"
                else
                    try "$path: mark it as new in $keep" mkdir -p -- "${absent%/*}"
                    try "$path: mark it as new in $keep" touch -- "$absent"
                fi
            }
            put() {
                try "$path: rename it" mv -fT -- "$new" "$path"
                parent=${path%/*}
                try "$path: sync its directory" sync -- "${parent:-/}"
            }
            each() {
                printf %s "$plan" | while IFS= read -r path && IFS= read -r new; do
                    "$1"
                done || exit $?
            }
            IFS= read -r count || fail 1 'the stream ended early'
            while [ "$count" -gt 0 ]; do
                count=$((count - 1))
                IFS= read -r path && IFS= read -r new && IFS= read -r owner && IFS= read -r mode &&
                    IFS= read -r size || fail 1 'the stream ended early'
                parent=${path%/*}
                parent=${parent:-/}
                [ "$parents" != 1 ] || try "$path: make its directory" make_parent
                [ -d "$parent" ] || fail 1 "$path: there is no directory $parent"
                if [ -d "$path" ] && [ ! -L "$path" ]; then fail 1 "$path is a directory"; fi
                plan="$plan$path
            $new
            "
                temporary="$temporary$new
            $keep${path%/*}/${new##*/}
            "
                try "$path: create it" create
                try "$path: write it" receive
                IFS= read -r sum || fail 1 "$path: the stream ended early"
                got=$(sha256sum <"$new") || fail 1 "$path: cannot read it back"
                [ "${got%% *}" = "$sum" ] || fail 1 "$path: it did not arrive whole (SHA-256 ${got%% *}, not $sum)"
                try "$path: set its owner" chown -- "$owner" "$new"
                try "$path: set its mode" chmod -- "$mode" "$new"
            done
            each flush
            [ -z "$keep" ] || each keep_original
            each put
            trap - EXIT
            """#

    /// Puts back what `write` kept, and forgets it. Input: how many; then for each: path and temporary
    /// path, on a line each. Argument: the directory of originals.
    static let restore =
        prelude + #"""
            keep=$1
            IFS= read -r count || fail 1 'the stream ended early'
            while [ "$count" -gt 0 ]; do
                count=$((count - 1))
                IFS= read -r path && IFS= read -r new || fail 1 'the stream ended early'
                kept=$keep$path absent=$keep/.absent$path
                if [ -e "$absent" ]; then
                    try "$path: remove it" rm -f -- "$path"
                    try "$path: forget that it was new" rm -f -- "$absent"
                elif [ -e "$kept" ] || [ -L "$kept" ]; then
                    trap 'rm -f -- "$new"' EXIT
                    try "$path: copy the original" cp -a -- "$kept" "$new"
                    [ -L "$new" ] || try "$path: sync" sync -- "$new"
                    try "$path: rename" mv -fT -- "$new" "$path"
                    try "$path: forget the original" rm -f -- "$kept"
                fi
            done
            """#

    /// Argument: the path. A name that cannot even be looked at is a fault, not an absent file.
    static let read =
        prelude + #"""
            if [ -e "$1" ] || [ -L "$1" ]; then exec cat -- "$1"; fi
            said=$(stat -- "$1" 2>&1)
            case $said in
            *'No such file or directory' | *'Not a directory') exit 44 ;;
            esac
            fail 1 "$said"
            """#

    /// The command line that runs a script by sh, whatever the user's login shell is.
    static func command(_ script: String, _ arguments: String...) -> String {
        let words = ["polyvisor"] + arguments.map { shellQuoted($0) }
        return "exec /bin/sh -c \(shellQuoted(script)) \(words.joined(separator: " "))"
    }
}
