#!/usr/bin/env bash
# What `make test` does: lint, types, import contracts, tests, browser tests. `--soak` adds the long runs.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=0
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT

begin() { # beside the others, keeping what it says
    local name=$1
    shift
    "$@" >"$said/$name" 2>&1 &
    begun+=("$name:$!")
}

end_all() { # show what each said, in order
    local each
    for each in "${begun[@]}"; do
        echo "== ${each%:*}"
        wait "${each##*:}" || { cat "$said/${each%:*}"; echo "-- failed: ${each%:*}"; failed=1; continue; }
        cat "$said/${each%:*}"
    done
}

marks=(-m "not soak")
[ "${1:-}" = "--soak" ] && marks=()

bash tools/ensure_test_programs.sh

export PYTHONPATH=
begun=()
begin "format" $bin/ruff format --check src tests bench docs examples
begin "lint" $bin/ruff check src tests bench docs examples
begin "types" env DATABASE_URL=postgresql:///none REGARD_SECRET_KEY=lint $bin/mypy
begin "import contracts" $bin/lint-imports
end_all

# A process for each core, of which each takes whole files: tests of one file may share what they set up.
echo "== tests"
$bin/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder "${marks[@]}" || {
    echo "-- failed: tests"
    failed=1
}
exit $failed
