"""docs/performance.md is what the result files say, and each part of `make bench` is on it."""

from __future__ import annotations

import re

from tests.bench.results import ROOT, Figure
from tests.bench.table import MODULES, PAGE, page, stored


def test_performance_page_is_made_of_the_result_files() -> None:
    assert PAGE.read_text("utf-8") == page(stored()), "run `python -m tests.bench.table`"


def test_make_bench_measures_every_part_of_the_page() -> None:
    (parts,) = re.findall(r"for part in (.*); do \\", (ROOT / "Makefile").read_text("utf-8"))

    assert tuple(parts.split()) == MODULES


def test_figure_is_judged_by_the_side_on_which_its_bound_lies() -> None:
    low, high = Figure("CPU", 50, "us", 100, 50), Figure("messages", 1.4, "x", 1.5, 3.0, is_least=True)

    assert low.reaches(low.must)
    assert low.reaches(low.goal)
    assert not high.reaches(high.must)
    assert high.reaches(None)
