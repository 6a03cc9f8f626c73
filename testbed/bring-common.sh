# What bring-qemu and bring-ovmf have in common: a folder of Debian's packages in the cache, verified before each use.
#
# Who sources this sets: me (its name), product and cure (words for messages), needed_kib (disk space), and defines
# works FOLDER (does it serve?) and contents FOLDER LOG (fill it; progress to stderr).
set -eu -o pipefail
export LC_ALL=C

say() { printf '%s: %s\n' "$me" "$*" >&2; }
fail() { local code=$1; shift; say "$*"; exit "$code"; }

cache_directory() {
    local base=${RESEAL_CACHE:-}
    if [[ -z $base ]]; then
        [[ -n ${XDG_CACHE_HOME:-} || -n ${HOME:-} ]] || fail 1 "no place for $product: RESEAL_CACHE, XDG_CACHE_HOME and HOME are all unset; set RESEAL_CACHE to a directory"
        base=${XDG_CACHE_HOME:-$HOME/.cache}/reseal
    fi
    [[ $base == /* ]] || base=$PWD/$base
    printf '%s\n' "$base"
}

# A folder is taken only if every file in it is what was installed: 170 MB are read in a third of a second.
is_sound() {
    [[ -s $1/SHA256SUMS ]] || return 1
    (cd "$1" && sha256sum --quiet --strict --check SHA256SUMS) >/dev/null 2>&1 || return 1
    works "$1"
}

need_mmdebstrap() {
    command -v mmdebstrap >/dev/null && return
    command -v apt-get >/dev/null || fail 69 "$product cannot be brought: mmdebstrap is missing and this is no Debian; $cure"
    [[ $(id -u) == 0 ]] || fail 69 "$product cannot be brought: mmdebstrap is missing; run: sudo apt-get update && sudo apt-get install -y --no-install-recommends mmdebstrap"
    say "installing mmdebstrap (about 10 s)"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends mmdebstrap; } >"$1" 2>&1 9>&- ||
        fail 69 "mmdebstrap could not be installed: $(reason_in "$1")"
}

# The cause in one line, from the log of a failed step.
reason_in() {
    local log=$1
    if grep -qi 'no space left' "$log"; then
        echo "the disk is full; free $((needed_kib / 1024)) MB or set RESEAL_CACHE to another disk (log: $log)"
    elif grep -qiE 'could not resolve|temporary failure|unable to connect|cannot initiate the connection|connection (timed out|refused)|network is unreachable|failed to fetch' "$log"; then
        echo "Debian's archive was not reached; check the network and the proxy settings of apt, then try again (log: $log)"
    else
        echo "$({ grep -E '^(E|dpkg|apt|tar)[: ]' "$log" || echo 'no reason given'; } | tail -n 1) (log: $log)"
    fi
}

check_space() {
    local free
    free=$(df -Pk "$1" | awk 'NR == 2 {print $4}')
    ((free >= needed_kib)) || fail 75 "not enough space in $1: $((free / 1024)) MB free, $((needed_kib / 1024)) MB needed; free some or set RESEAL_CACHE to another disk"
}

# Packages are extracted, not installed: no script of theirs runs, nothing is mounted, and no root is needed. Mirrors are
# mmdebstrap's choice. Arguments: folder, log, package, and further options of mmdebstrap.
unpack_package() {
    local folder=$1 log=$2 package=$3
    shift 3
    mmdebstrap --mode=chrootless --variant=extract --format=directory --architectures=amd64 \
        --include="$package" --aptopt='APT::Install-Recommends "false"' \
        --aptopt='Acquire::Retries "2"' --aptopt='Acquire::http::Timeout "30"' \
        "$@" trixie "$folder" 2>&1 >/dev/null | tee "$log" | sed -u -n "s/^I: \([a-z ]*\.\.\.\)\$/$me:   \1/p" >&2
}

build() {
    local target=$1 partial=$1.partial.$$ log=$1.log
    check_space "${target%/*}"
    need_mmdebstrap "$log"
    mkdir "$partial"
    contents "$partial" "$log" ||
        { rm -rf --one-file-system "$partial"; fail 75 "$product could not be brought: $(reason_in "$log")"; }
    say "  writing checksums..."
    (cd "$partial" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS) ||
        { rm -rf --one-file-system "$partial"; fail 75 "checksums could not be written in ${target%/*}; is the disk full?"; }
    is_sound "$partial" || { rm -rf --one-file-system "$partial"; fail 1 "the $product that Debian's packages gave does not serve (log: $log); $cure"; }
    mv -T "$partial" "$target"
    rm -f "$log"
}

# One writer at a time. Under the lock every partial folder is a dead one's: the writer's children hold the lock too.
bring() {
    local target=$1 waited
    [[ $(uname -m) == x86_64 ]] || fail 69 "$product is brought on x86_64 only, and this machine is $(uname -m); $cure"
    command -v flock >/dev/null || fail 69 "$product cannot be brought: flock is missing; install util-linux"
    mkdir -p "${target%/*}" 2>/dev/null && [[ -w ${target%/*} ]] || fail 75 "cannot write in ${target%/*}; make it writable or set RESEAL_CACHE to another directory"
    exec 9>"$target.lock"
    flock -n 9 || { say "another $me is at work on $target, waiting for it"; flock -w 900 9 || fail 75 "another $me has held $target.lock for 15 minutes; end it and try again"; }
    is_sound "$target" && return
    if [[ -e $target ]]; then
        say "$target is damaged, it is brought again"
        mv -T "$target" "$target.partial.damaged.$$" # running guests keep their files until they end
    fi
    rm -rf --one-file-system "$target".partial.*
    build "$target"
}
