# shellcheck shell=bash
# The scripts of this directory source this file. It installs the packages that a fresh Debian 12 with a Swift toolchain
# does not have. If everything is installed, it does not call the package manager.

# `say` prints a line for the user, and `die` ends the script with one line.
say() { printf '%s\n' "$*"; }
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# True if the files of a Debian package are installed, from any source.
has_package() {
    case $1 in
    liblmdb-dev) [[ -e /usr/include/lmdb.h ]] ;;
    libsodium-dev) [[ -e /usr/include/sodium.h ]] ;;
    protobuf-compiler) command -v protoc ;;
    redis-tools) command -v redis-cli ;;
    netcat-openbsd) command -v nc ;;
    strace) command -v strace ;;
    wrk) command -v wrk ;;
    openssl) command -v openssl ;;
    hledger) command -v hledger ;;
    ledger) command -v ledger ;;
    python3) command -v python3 ;;
    gcc) command -v cc ;;
    golang-go) command -v go ;;
    nodejs) command -v node ;;
    chromium) command -v chromium ;;
    default-jre-headless) command -v java ;;
    fonts-dejavu-core) [[ -n $(fc-list :lang=ru) ]] ;; # Any font with Cyrillic letters will do.
    python3-venv) python3 -c 'import ensurepip, venv' ;;
    *) dpkg -s "$1" ;;
    esac >/dev/null 2>&1
}

# need_packages PACKAGE…: installs the missing packages, as root or with a sudo that needs no password.
need_packages() {
    local missing=() package as_root=()
    for package in "$@"; do
        has_package "$package" || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0

    local by_hand="apt-get install -y --no-install-recommends ${missing[*]}"
    command -v apt-get >/dev/null ||
        die "missing: ${missing[*]} (Debian's names); install your system's packages for them"
    if [[ $(id -u) != 0 ]]; then
        sudo -n true 2>/dev/null || die "missing: ${missing[*]}; install them with: sudo $by_hand"
        as_root=(sudo -n)
    fi

    say "==> installing ${missing[*]}"
    local log
    log=$(mktemp)
    if ! {
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get install -q -y --no-install-recommends "${missing[@]}"
    } >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        die "could not install ${missing[*]}; try: $by_hand"
    fi
    rm -f "$log"
}

# A toolchain that knows this package's tools version.
need_swift() {
    command -v swift >/dev/null || die "swift is not on the PATH; Swift 6.3 is at https://www.swift.org/install/"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    if [[ -n $version && $(printf '%s\n' 6.2 "$version" | sort -V | head -n 1) != 6.2 ]]; then
        die "this is Swift $version, and the package needs 6.2 or newer: https://www.swift.org/install/"
    fi
}

# What the service is linked with.
need_libraries() {
    need_swift
    need_packages liblmdb-dev libsodium-dev
}

# What the tests hold the service against: clients of other makes, protobuf's own compiler, accounting tools, and what
# makes system calls fail and clocks jump.
need_test_tools() {
    need_libraries
    need_packages protobuf-compiler redis-tools netcat-openbsd openssl python3 strace faketime hledger ledger
    need_packages python3-venv # Asked of the python3 that is there by now.
}

# What looks at the web cabinet: a browser, a font with Cyrillic letters, and Java for the validator of HTML.
need_browser_tools() {
    need_packages chromium default-jre-headless fonts-dejavu-core python3
    need_packages python3-venv
}

# What the benchmark sets the service beside.
need_benchmark_tools() {
    need_libraries
    need_packages redis-server redis-tools postgresql postgresql-contrib python3 wrk
    need_packages python3-venv
}
