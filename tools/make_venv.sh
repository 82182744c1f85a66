#!/usr/bin/env bash
# Make the virtual environment with uv in it: make_venv.sh PYTHON FOLDER
set -euo pipefail
python=$1
venv=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Regard needs Python 3.11 or later; '$python' is $("$python" --version 2>&1 || echo missing)." >&2
    echo "Install one and name it: make run PYTHON=python3.12" >&2
    exit 1
fi
if ! "$python" -m venv "$venv" 2>/dev/null; then
    echo "'$python -m venv' fails: on Debian and Ubuntu, 'apt-get install python3-venv' brings what is missing." >&2
    exit 1
fi
if command -v uv >/dev/null; then
    ln -sf "$(command -v uv)" "$venv/bin/uv"
elif ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv; then
    echo "The packages cannot be fetched: is this machine connected, or its package index configured for pip?" >&2
    exit 1
fi
