"""Importing and filling in rows in a real Chromium, with the keyboard and with a pasted block."""

from __future__ import annotations

import pytest

from tests.browser.test_accounts import violations
from tests.cli.serving import free_port, links, served

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
MESSY = (
    "附件：供给清单,,,,,\n填报单位：某局,,,,,\n"
    "序号,企业名称,东东,规格型号,年产能（吨）,内部批号\n"
    "1,博乐丙阀门有限公司,闸阀,DN50,1200,A-1\n2,,球阀,DN80,不知道,A-2\n"
    "3,精河丁泵业有限公司,,Q=50,20,A-3\n小计,,,,1220,\n"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    port = free_port()
    with served("demo", "--serve", "--port", port, cwd=tmp_path_factory.mktemp("demo")) as child:
        yield f"http://127.0.0.1:{port}", links(child, 6)


@pytest.fixture(scope="module")
def kept():
    """Role → the cookies of its session."""
    return {}


@pytest.fixture
def inside(demo, page, kept):
    """Signed in as one of the users: the link works once, so the cookies are kept."""
    site, found = demo

    def enter(role):
        if role not in kept:
            page.goto(found[role])
            page.get_by_role("button", name="进入").click()
            page.wait_for_url(f"{site}/")
            kept[role] = page.context.cookies()
        else:
            page.context.add_cookies(kept[role])
        return site

    return enter


def looks_right(page):
    assert violations(page) == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), page.url


def test_a_messy_file_is_corrected_previewed_imported_and_undone(inside, page, tmp_path):
    site = inside(0)
    path = tmp_path / "企业报表.csv"
    path.write_bytes(MESSY.encode("gb18030"))
    page.goto(f"{site}/imports")
    looks_right(page)
    page.set_input_files("#file", str(path))
    page.get_by_role("button", name="上传").click()
    page.get_by_text("没有找到表头").wait_for()
    looks_right(page)
    page.get_by_label("当作 东东").select_option("product_name")
    page.get_by_label("当作 内部批号").select_option("@drop")
    page.get_by_role("button", name="按这样读，看预览").click()
    page.get_by_role("button", name="确认导入：新增 2 行，更新 0 行").wait_for()
    looks_right(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载问题行").click()
    assert download.value.suggested_filename == "企业报表-问题行.xlsx"
    page.get_by_role("button", name="确认导入").dblclick()
    page.get_by_text("已导入").wait_for()
    page.reload()
    looks_right(page)
    page.get_by_role("button", name="撤销本次导入").click()
    page.get_by_text("已撤销").wait_for()
    looks_right(page)
    assert page.said == []
    assert all(url.startswith((site, "data:")) for url in page.asked)


def test_a_block_is_pasted_into_the_grid_and_saved(inside, page):
    site = inside(0)
    page.goto(f"{site}/rows/supply?q=没有这样的行")
    looks_right(page)
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData('text/plain', '某某有限公司\\t铜箔\\t6μm\\n某某有限公司\\t"铜\\n带"\\tT2\\n');
            document.querySelector('#f0-enterprise').dispatchEvent(
                new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert page.input_value("#f0-product_name") == "铜箔"
    assert page.input_value("#f1-product_name") == "铜 带"
    page.focus("#f0-spec")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "f1-spec"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f2-spec"
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存 2 行").wait_for()
    page.goto(f"{site}/rows/supply?q=铜箔")
    page.get_by_role("link", name="全部字段").first.click()
    looks_right(page)
    page.get_by_role("link", name="修改记录").click()
    looks_right(page)
    assert page.said == []
