"""An evaluation as one HTML page (评测报告) that opens without a network: plotly.js is inside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from typing import Any

import numpy as np

from matcher.errors import XieshouError
from matcher.evaluation.calibration import (
    BINS,
    Pool,
    TierMean,
    expected_calibration_error,
    precision_recall,
    reliability,
)
from matcher.evaluation.intervals import Interval

_POINTS = 1000  # of a curve; more cannot be seen and make the page heavy
_NAMES = {
    "ndcg_at_10": "nDCG@10",
    "recall_at_10": "查全率@10",
    "recall_best_at_10": "查全率@10（最高等级）",
    "hit_at_1": "首位命中率",
    "mrr": "MRR",
    "recall_at_100": "查全率@100",
}
_BLUE, _GREY = "#1f5fa8", "#9aa3ad"
_STYLE = """
body { font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #222;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.6; }
table { border-collapse: collapse; } th, td { padding: .25rem .8rem; border-bottom: 1px solid #ddd; }
td { text-align: right; font-variant-numeric: tabular-nums; } th { text-align: left; }
.note { color: #555; }
"""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a report shows.

    Attributes:
        name: Of the judged data.
        demands: Number of judged demands.
        measures: Measures with intervals, by field of ``Scores``.
        pool: Probabilities of the suggested pairs.
        difficulties: Mean probability by difficulty and tier; may be empty.
    """

    name: str
    demands: int
    measures: Mapping[str, Interval]
    pool: Pool
    difficulties: Mapping[str, Mapping[str, TierMean]]


def require_plotly() -> None:
    """Check that reports can be drawn at all, before any work is done.

    Raises:
        XieshouError: plotly is not installed.
    """
    if find_spec("plotly") is None:
        raise XieshouError("画评测报告要用 plotly，这里没有安装，请先执行 pip install plotly")


def to_html(evaluation: Evaluation) -> str:
    """The report; it holds no date, so that the same evaluation gives the same page.

    Raises:
        XieshouError: plotly is not installed.
    """
    require_plotly()
    from plotly.offline import get_plotlyjs

    name, pool = escape(evaluation.name), evaluation.pool
    error = expected_calibration_error(pool.probability, pool.relevant)
    # An icon of its own keeps the browser from asking for one.
    return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{name} 评测报告</title>
<link rel="icon" href="data:,">
<style>{_STYLE}</style>
<script>{get_plotlyjs()}</script>
</head>
<body>
<h1>{name} 评测报告</h1>
<p>有判断的需求 {evaluation.demands} 条；建议 {len(pool.probability)} 对，其中相关 {int(pool.relevant.sum())} 对；
另有相关的 {pool.missed} 对没有进入建议。没有判断的对按不相关计。</p>
<h2>指标</h2>
<p class="note">上下限和线段是 95% 置信区间，对需求重复抽样得到。</p>
{_measures_table(evaluation.measures)}
{_measures_chart(evaluation.measures)}
<h2>查准率与查全率</h2>
<p class="note">把握达到门槛的建议都采纳时，采纳的有多少是对的（查准率），对的有多少被采纳（查全率）。</p>
{_curve_chart(pool)}
<h2>可靠性</h2>
<p class="note">把握为 70% 的建议应有七成相关，柱顶应落在斜线上。校准误差 ECE（{BINS} 档）{error:.4f}。</p>
{_reliability_chart(pool)}
<h2>按难点</h2>
{_difficulty_table(evaluation.difficulties)}
</body>
</html>
"""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str], tags: Sequence[str]) -> str:
        found = (f"<{t}>{escape(c)}</{t}>" for c, t in zip(cells, tags, strict=True))
        return f"<tr>{''.join(found)}</tr>"

    body = [line(row, ["th"] + ["td"] * (len(row) - 1)) for row in rows]
    return "\n".join(["<table>", line(header, ["th"] * len(header)), *body, "</table>"])


def _measures_table(measures: Mapping[str, Interval]) -> str:
    rows = [
        (_NAMES[n], f"{m.estimate:.4f}", f"{m.low:.4f}", f"{m.high:.4f}")
        for n, m in measures.items()
    ]
    return _table(("指标", "平均", "下限", "上限"), rows)


def _difficulty_table(difficulties: Mapping[str, Mapping[str, TierMean]]) -> str:
    if not difficulties:
        return '<p class="note">判断文件里没有 difficulty 一列。</p>'
    tiers = list(dict.fromkeys(tier for found in difficulties.values() for tier in found))
    rows = []
    for difficulty, found in difficulties.items():
        cells = [
            f"{found[tier].mean:.3f}（{found[tier].n} 对）" if tier in found else ""
            for tier in tiers
        ]
        rows.append((difficulty, *cells))
    note = '<p class="note">平均把握（对数）；没有进入建议的对把握按 0 计。</p>\n'
    return note + _table(("难点", *(f"等级 {tier}" for tier in tiers)), rows)


def _measures_chart(measures: Mapping[str, Interval]) -> str:
    import plotly.graph_objects as go

    found = list(measures.values())
    estimates = [m.estimate for m in found]
    chart = go.Scatter(
        x=estimates,
        y=[_NAMES[name] for name in measures],
        mode="markers",
        marker={"color": _BLUE, "size": 10},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [m.high - m.estimate for m in found],
            "arrayminus": [m.estimate - m.low for m in found],
        },
    )
    return _drawn("measures", [chart], "平均", "", reverse=True)


def _curve_chart(pool: Pool) -> str:
    import plotly.graph_objects as go

    curve = precision_recall(pool.probability, pool.relevant, pool.missed)
    points = len(curve.threshold)
    shown = np.unique(np.linspace(0, max(points - 1, 0), min(points, _POINTS)).astype(int))
    chart = go.Scatter(
        x=curve.recall[shown].round(4).tolist(),
        y=curve.precision[shown].round(4).tolist(),
        text=[f"把握 ≥ {t:.3f}" for t in curve.threshold[shown]],
        mode="lines+markers" if points < 50 else "lines",
        line={"color": _BLUE},
        hovertemplate="%{text}<br>查全率 %{x:.3f}<br>查准率 %{y:.3f}<extra></extra>",
    )
    return _drawn("curve", [chart], "查全率", "查准率")


def _reliability_chart(pool: Pool) -> str:
    import plotly.graph_objects as go

    full = [b for b in reliability(pool.probability, pool.relevant) if b.n]
    bars = go.Bar(
        x=[b.confidence for b in full],
        y=[b.accuracy for b in full],
        text=[f"{b.n} 对" for b in full],
        width=0.06,
        marker={"color": _BLUE},
        hovertemplate="平均把握 %{x:.3f}<br>相关 %{y:.3f}<br>%{text}<extra></extra>",
    )
    ideal = go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": _GREY, "dash": "dash"}, hoverinfo="skip"
    )
    return _drawn("reliability", [bars, ideal], "平均把握", "相关的比例")


def _drawn(name: str, traces: list[Any], x: str, y: str, *, reverse: bool = False) -> str:
    """A chart over 0 to 1 as a piece of HTML; its name is the id of its element."""
    import plotly.graph_objects as go

    figure = go.Figure(traces)
    figure.update_layout(
        template="simple_white", height=380, showlegend=False, margin={"t": 20, "r": 20}
    )
    figure.update_xaxes(title=x, range=[-0.02, 1.02])
    figure.update_yaxes(title=y, automargin=True)
    if reverse:  # the first name on top
        figure.update_yaxes(autorange="reversed")
    else:
        figure.update_yaxes(range=[0, 1.05])
    return str(
        figure.to_html(
            include_plotlyjs=False, full_html=False, div_id=name, config={"displayModeBar": False}
        )
    )
