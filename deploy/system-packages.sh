#!/bin/sh
# Install Debian packages, as root or through sudo; else say which command the administrator has to run.
set -eu
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "These system packages are missing; please install them and try again: apt-get install $*" >&2
    exit 1
fi
$as_root apt-get update -qq
# What is installed for tests must not begin to serve (nginx would, on port 80): invoke-rc.d asks this file.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod +x "$policy"
    trap '$as_root rm -f "$policy"' EXIT
fi
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@"
