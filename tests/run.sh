#!/usr/bin/env bash
# What `make test` does: lint, types, import contracts, tests, browser tests. `--soak` adds the long runs.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=0

step() {
    echo "== $1"
    shift
    "$@" || { echo "-- failed: $*"; failed=1; }
}

marks=(-m "not soak")
[ "${1:-}" = "--soak" ] && marks=()

bash tools/ensure_test_programs.sh

export PYTHONPATH=
step "format" $bin/ruff format --check src tests bench docs examples
step "lint" $bin/ruff check src tests bench docs examples
step "types" env DATABASE_URL=postgresql:///none REGARD_SECRET_KEY=lint $bin/mypy
step "import contracts" $bin/lint-imports
step "tests" $bin/python -m pytest "${marks[@]}"
exit $failed
