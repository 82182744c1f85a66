"""Segment's own SDKs, unchanged but for the host, over a network that loses replies and refuses requests."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sdk.unreliable import AWAY, LIMIT, LOST_REPLY, unreliable_network

pytestmark = pytest.mark.sdk

EVENTS = 10_000
NODE_SDK = "@segment/analytics-node@3.1.0"
NODE_FOLDER = Path(sys.prefix) / "node-sdk"  # beside the other test dependencies, so that it is fetched once

PYTHON_SENDER = """
import sys
from segment.analytics.client import Client

problems = []
client = Client(
    sys.argv[1], host=sys.argv[2], gzip=True, max_retries=20, max_queue_size=100_000, thread=4,
    on_error=lambda error, items: problems.append(error),
)
for n in range(int(sys.argv[3])):
    client.track(f"user-{n % 500}", "Order Completed", {"order_id": f"o-{n}", "total": 12.5, "note": "é"})
client.flush()
client.join()
print(len(problems), "problems", problems[:3])
sys.exit(bool(problems))
"""

NODE_SENDER = """
const { Analytics } = require('@segment/analytics-node')
const [writeKey, host, count] = process.argv.slice(1)
const analytics = new Analytics({ writeKey, host, flushAt: 100, maxRetries: 20, httpRequestTimeout: 60000 })
const problems = []
analytics.on('error', (error) => problems.push(error))
async function main() {
  for (let n = 0; n < Number(count); n++) {
    analytics.track({
      userId: `user-${n % 500}`, event: 'Order Completed',
      properties: { order_id: `o-${n}`, total: 12.5, note: 'é' },
    })
    if (n % 1000 === 999) await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await analytics.closeAndFlush({ timeout: 240000 })
  console.log(problems.length, 'problems', problems.slice(0, 3))
  process.exit(problems.length ? 1 : 0)
}
main()
"""


def assert_all_there_once(run_sql) -> None:
    totals = "count(*), count(DISTINCT payload->'properties'->>'order_id'), count(DISTINCT user_id)"
    assert run_sql(f"SELECT {totals} FROM capture_event WHERE name = 'Order Completed'") == [
        (EVENTS, EVENTS, 500)
    ]
    assert run_sql("SELECT count(*) FROM capture_rejectedevent") == [(0,)]


def test_the_python_sdk_loses_and_doubles_nothing(intake, write_key, run_sql):
    with unreliable_network(intake) as network:
        done = subprocess.run(
            [sys.executable, "-c", PYTHON_SENDER, write_key, network.url, str(EVENTS)],
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (network.seen[LIMIT], network.seen[AWAY], network.seen[LOST_REPLY]) == (4, 4, 4)
    assert network.seen["gzip"] >= EVENTS / 100
    assert_all_there_once(run_sql)


def test_the_node_sdk_loses_and_doubles_nothing(intake, write_key, run_sql):
    folder = node_sdk()
    with unreliable_network(intake) as network:
        done = subprocess.run(
            ["node", "-e", NODE_SENDER, write_key, network.url, str(EVENTS)],
            cwd=folder, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (network.seen[LIMIT], network.seen[AWAY], network.seen[LOST_REPLY]) == (4, 4, 4)
    assert_all_there_once(run_sql)


def node_sdk() -> Path:
    """Where the SDK for Node is installed; skips with a reason where it can't be."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs Node.js and npm: apt-get install nodejs npm")
    if not (NODE_FOLDER / "node_modules" / "@segment").exists():
        NODE_FOLDER.mkdir(exist_ok=True)
        command = ["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", NODE_SDK]
        done = subprocess.run(command, cwd=NODE_FOLDER, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"{NODE_SDK} cannot be fetched: {done.stderr[-200:]}")
    return NODE_FOLDER
