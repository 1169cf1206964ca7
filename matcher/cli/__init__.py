"""The command line: thin commands over the engine and the store."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import click

from matcher.cli.accounts import audit, users
from matcher.cli.catalogue import catalogue
from matcher.cli.chain import chain
from matcher.cli.chainlisted import import_listed, listed
from matcher.cli.chainout import attract, export
from matcher.cli.chainpath import path
from matcher.cli.engagements import engagements
from matcher.cli.evaluating import evaluate
from matcher.cli.failures import Commands
from matcher.cli.finding import find
from matcher.cli.issuing import check, compare, issue, verify
from matcher.cli.learning import learn
from matcher.cli.lists import import_, read, template
from matcher.cli.looking import show
from matcher.cli.matching import match, run
from matcher.cli.planning import plan, plans
from matcher.cli.review import decide
from matcher.cli.risks import risks
from matcher.cli.serving import demo, serve


def _version() -> str:
    try:
        return version("xieshou")
    except PackageNotFoundError:
        return "（没有安装，从源代码运行）"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="xieshou", message="%(prog)s %(version)s")
def main() -> None:
    """携手：大中小企业融通创新的供需匹配。

    最常用的一条命令，读两份清单，写出带理由的匹配建议：

    \b
        xieshou match 需求清单.xlsx 供给清单.xlsx --out 匹配建议.xlsx

    \b
    只找一个产品的供方：
        xieshou find 氢氧化钠 --supplies 供给清单.xlsx

    \b
    第一次用，先看自带的示例：
        xieshou demo

    \b
    要留下审核结果、出推荐目录，依次用：
        xieshou import    导入清单
        xieshou run       撮合，写出审核表
        xieshou decide    读回审核表
        xieshou learn     从审核结果学习，把握更贴近本地审核
        xieshou plan      按产能分配，谁供谁、供多少
        xieshou catalogue 写出推荐目录，编号印发
        xieshou engagements 记录对接，从推荐到签约
        xieshou chain     看产业链的断点、堵点

    每个命令都可以加 --help 看说明和例子。
    """


for _command in (
    match, find, read, template, import_, run, show, decide, learn, plan, plans, catalogue, engagements,
    chain, evaluate, demo, serve, users, audit, risks,
):  # fmt: skip
    main.add_command(_command)
for _command in (check, compare, issue, verify):
    catalogue.add_command(_command)
for _command in (path, attract, export, import_listed, listed):
    chain.add_command(_command)
