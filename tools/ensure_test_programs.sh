#!/usr/bin/env bash
# The tests use programs of the system beside Python's packages. Install what is missing where we may,
# else say what to install; the tests that need it are skipped with a reason then.
set -u
declare -A package_of=([chromium]=chromium [curl]=curl [nginx]=nginx-light [dovecot]=dovecot-imapd [node]=nodejs [npm]=npm)
missing=()
for program in "${!package_of[@]}"; do
    command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || missing+=("${package_of[$program]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing for the tests: ${missing[*]}"
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        echo "That failed; the tests that need them are skipped." >&2
else
    echo "Some tests are skipped, since these are missing: ${missing[*]}" >&2
    echo "Get them with: sudo apt-get install ${missing[*]}" >&2
fi
exit 0
