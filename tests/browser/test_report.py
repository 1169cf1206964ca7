"""The evaluation report in a real Chromium: it loads nothing from outside, and its charts are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.evaluation import Interval, Pool, TierMean
from matcher.evaluation.report import Evaluation, to_html

pytest.importorskip("plotly")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SCORES = ("ndcg_at_10", "recall_at_10", "recall_best_at_10", "hit_at_1", "mrr", "recall_at_100")


def test_the_report_stands_alone_and_is_drawn(tmp_path, page):
    probability = np.linspace(0, 1, 400)
    evaluation = Evaluation(
        name="<b>铜</b> & 管",
        demands=7,
        measures={name: Interval(0.5, 0.4, 0.6) for name in SCORES},
        pool=Pool(probability, probability**2 > 0.3, missed=5),
        difficulties={"<i>spec": {"3": TierMean(4, 0.75), "0": TierMean(2, 0.25)}},
    )
    file = tmp_path / "报告.html"
    file.write_text(to_html(evaluation), encoding="utf-8")
    page.goto(file.as_uri())
    page.locator("#reliability .bars .point").last.wait_for()
    assert page.locator("#measures .errorbar").count() == len(SCORES)
    assert page.locator("#curve .lines path").count() == 1
    assert page.locator("#reliability .bars .point").count() == 10
    assert page.get_by_role("heading", level=1).inner_text() == "<b>铜</b> & 管 评测报告"
    row = page.get_by_role("row").filter(has_text="<i>spec")
    assert row.locator("td").all_inner_texts() == ["0.750（4 对）", "0.250（2 对）"]
    assert page.said == []
    assert page.asked == [file.as_uri()]
