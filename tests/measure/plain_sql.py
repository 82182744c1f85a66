"""What some metrics are from April 2025 to March 2026 by month, in SQL written by hand over the lake's tables.

Rows of (first day, n, value, median, split), the last left out where it is not split.
"""

from __future__ import annotations

from datetime import date

FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)
BY_SQL = {
    "aov": """
        SELECT date_trunc('month', ordered_on), count(total_minor), avg(total_minor), median(total_minor)
        FROM orders WHERE is_purchase AND ordered_on BETWEEN '2025-04-01' AND '2026-03-31' GROUP BY 1
    """,
    "nps": """
        SELECT date_trunc('month', answered_on), count(*),
            100.0 * (count(*) FILTER (score >= 90) - count(*) FILTER (score < 70)) / count(*), NULL
        FROM answers WHERE measure = 'nps' AND answered_on BETWEEN '2025-04-01' AND '2026-03-31' GROUP BY 1
    """,
    "rpr": """
        WITH turns AS (
            SELECT customer_id, ordered_on,
                row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at, orders.id) AS turn
            FROM orders JOIN identities ON identities.id = orders.identity_id WHERE is_purchase
        ), months AS (
            SELECT unnest(generate_series(DATE '2025-04-01', DATE '2026-03-01', INTERVAL 1 MONTH)) AS month
        )
        SELECT month, count(DISTINCT customer_id),
            100.0 * count(DISTINCT customer_id) FILTER (turn > 1) / count(DISTINCT customer_id), NULL
        FROM months JOIN turns ON ordered_on < month + INTERVAL 1 MONTH
            AND ordered_on >= month + INTERVAL 1 MONTH - INTERVAL 365 DAY
        GROUP BY 1
    """,
    "crr": """
        WITH bought AS (
            SELECT customer_id, ordered_on FROM orders JOIN identities ON identities.id = orders.identity_id
            WHERE is_purchase
        ), months AS (
            SELECT unnest(generate_series(DATE '2025-04-01', DATE '2026-04-01', INTERVAL 1 MONTH)) AS month
        ), active AS (
            SELECT DISTINCT month, customer_id FROM months JOIN bought
            ON ordered_on < month AND ordered_on >= month - INTERVAL 365 DAY
        )
        SELECT before.month, count(*), 100.0 * count(after.customer_id) / count(*), NULL
        FROM active AS before LEFT JOIN active AS after
            ON after.customer_id = before.customer_id AND after.month = before.month + INTERVAL 1 MONTH
        WHERE before.month < '2026-04-01' GROUP BY 1
    """,
    "days_between": """
        WITH gaps AS (
            SELECT ordered_on, date_diff('second', lag(ordered_at) OVER (
                PARTITION BY customer_id ORDER BY ordered_at, orders.id), ordered_at) / 86400.0 AS gap
            FROM orders JOIN identities ON identities.id = orders.identity_id WHERE is_purchase
        )
        SELECT date_trunc('month', ordered_on), count(gap), avg(gap), median(gap) FROM gaps
        WHERE ordered_on BETWEEN '2025-04-01' AND '2026-03-31' AND gap IS NOT NULL GROUP BY 1
    """,
    "ltv_by_nps": """
        WITH months AS (
            SELECT unnest(generate_series(DATE '2025-04-01', DATE '2026-03-01', INTERVAL 1 MONTH)) AS month
        ), said AS (
            SELECT month, customer_id, arg_max(score, answered_at) AS score
            FROM months JOIN answers ON answered_on < month + INTERVAL 1 MONTH
            JOIN identities ON identities.id = answers.identity_id WHERE measure = 'nps' GROUP BY 1, 2
        ), spent AS (
            SELECT month, customer_id, sum(total_minor - coalesce(refunded_minor, 0)) AS spent
            FROM months JOIN orders ON ordered_on < month + INTERVAL 1 MONTH
            JOIN identities ON identities.id = orders.identity_id WHERE is_purchase GROUP BY 1, 2
        )
        SELECT month, count(spent), avg(spent), NULL,
            CASE WHEN score >= 90 THEN 'promoter' WHEN score < 70 THEN 'detractor' ELSE 'passive' END AS split
        FROM said JOIN spent USING (month, customer_id) GROUP BY 1, 5
    """,
}
