#!/bin/sh
# Install from this folder, without a network; needs a Python that the wheels serve, with its module venv, and systemd.
#   sh install.sh                 as root: for the whole machine, as the packages do
#   sh install.sh --remove        as root: remove it; settings, index, logs, archive and backups stay
#   sh install.sh --prefix DIR    as anybody: the two commands below DIR, to try them; nothing else is touched
set -eu
cd "$(dirname "$0")"
case "${1:-}" in
--prefix)
    prefix=${2:?"a folder is missing: sh install.sh --prefix DIR"}
    mkdir -p "$prefix"
    cp -R root/opt/archive-search/. "$prefix"
    "$prefix/install-release"
    echo "Try it: $prefix/current/bin/indexer --index $prefix/index index FOLDER"
    echo "then:   $prefix/current/bin/searchapp --index $prefix/index serve"
    exit
    ;;
"" | --remove) ;;
*)
    echo "usage: sh install.sh [--remove | --prefix DIR]" >&2
    exit 2
    ;;
esac
if [ "$(id -u)" != 0 ]; then
    echo "As root, or with --prefix DIR for a trial." >&2
    exit 1
fi
if [ -e /var/lib/dpkg/info/archive-search.list ] || rpm -q archive-search >/dev/null 2>&1; then
    echo "archive-search is installed as a package here: upgrade that, or remove it first." >&2
    exit 1
fi
if [ "${1:-}" = --remove ]; then
    sh ./before-remove remove
    (cd root && find . ! -type d ! -path './etc/*') | while read -r file; do
        rm -f "/$file"
    done
    rm -rf /usr/share/doc/archive-search  # its folders
    exec sh ./after-remove remove
fi
state=first
[ ! -e /opt/archive-search/current ] || state=2
rm -rf /opt/archive-search/wheels
(cd root && find . ! -type d ! -path './etc/*') | while read -r file; do
    mkdir -p "$(dirname "/$file")"
    # Under another name first: a script may be running.
    cp "root/$file" "/$file.new"
    mv -f "/$file.new" "/$file"
done
# Settings that are there stay; what has changed in ours lies beside them.
(cd root && find ./etc -type f) | while read -r file; do
    mkdir -p "$(dirname "/$file")"
    if [ ! -e "/$file" ]; then
        cp "root/$file" "/$file"
    elif ! cmp -s "root/$file" "/$file"; then
        cp "root/$file" "/$file.new"
    fi
done
sh ./after-install $state
