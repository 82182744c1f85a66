"""`make bench`: what Regard does on this machine, beside a limit measured in the same run."""

from __future__ import annotations

import sys

from bench.installation import fresh_installation


def main() -> None:
    chosen = set(sys.argv[1:]) or {"intake", "pages"}
    with fresh_installation() as installation:
        from bench.intake import measure_intake
        from bench.pages import measure_pages

        for name, measure in (("intake", measure_intake), ("pages", measure_pages)):
            if name in chosen:
                print(f"== {name}")
                for line in measure(installation):
                    print(line, flush=True)


if __name__ == "__main__":
    main()
