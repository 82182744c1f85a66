#!/usr/bin/env bash
# What `make test` does: lint, types, import contracts, tests, browser tests. `--soak` adds the long runs.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=0
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT

begin() { # beside the others, what it says being kept
    local name=$1
    shift
    "$@" >"$said/$name" 2>&1 &
    echo $! >"$said/$name.pid"
}

end() { # what it said, when it is through
    echo "== $1"
    local status=0
    wait "$(cat "$said/$1.pid")" || status=$?
    cat "$said/$1"
    [ $status -eq 0 ] || { echo "-- failed: $1"; failed=1; }
}

marks=(-m "not soak")
[ "${1:-}" = "--soak" ] && marks=()

bash tools/ensure_test_programs.sh

export PYTHONPATH=
begin types env DATABASE_URL=postgresql:///none REGARD_SECRET_KEY=lint $bin/mypy
begin format $bin/ruff format --check src tests bench docs examples tools
begin lint $bin/ruff check src tests bench docs examples tools
begin "import contracts" $bin/lint-imports
for name in format lint "import contracts" types; do
    end "$name"
done

# One process more than cores, since tests wait for servers and browsers, of which each takes whole files: the tests
# of a file share what it sets up. On one server they would wait for each other: what one has open holds back the
# readers of the log in all databases.
processes=(-n $(($(nproc) + 1)) --maxprocesses 4 --dist loadfile --no-loadscope-reorder)
[ -n "${DATABASE_URL:-}" ] && processes=(-n 0)
echo "== tests"
$bin/python -m pytest "${processes[@]}" "${marks[@]}" || { echo "-- failed: tests"; failed=1; }
exit $failed
