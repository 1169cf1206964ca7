"""An application over a small real database, and browsers without a screen in front of it."""

from __future__ import annotations

import re

import pytest

from matcher.catalogue import Variant
from matcher.issuing import Basis, Selection, gather, keep
from matcher.model import Decision, Verdict
from matcher.planning import Choices, ask
from matcher.ranking import match
from matcher.store import EVERYTHING, Actor, Risk, Role, Store, buyer, county, supplier
from tests.store.making import demand, reading, supply
from web import create_app, passwords
from web.imports import work

LEADER, OTHER_LEADER = "新疆天河铜业有限公司", "博州星海化工有限公司"
SME, OTHER_SME = "博乐乙金属有限公司", "精河丁金属有限公司"
COUNTY, OTHER_COUNTY = "博乐市", "精河县"
PASSWORD = "correct horse battery"

DEMANDS = [
    demand(1, "阴极铜", leader=LEADER, county=COUNTY, disclosure="公开"),
    demand(2, "电解铜", leader=LEADER, county=COUNTY, disclosure="仅主管部门"),
    demand(3, "高纯阴极铜", leader=OTHER_LEADER, county=OTHER_COUNTY, disclosure="仅主管部门"),
    demand(4, "阴极铜板", leader=OTHER_LEADER, county=OTHER_COUNTY, disclosure="匿名"),
]
SUPPLIES = [
    supply(1, "阴极铜", enterprise=SME, county=COUNTY),
    supply(2, "电解铜", enterprise=OTHER_SME, county=OTHER_COUNTY),
]


class Cheap:
    """A hash that costs nothing, for the tests that are not about hashing."""

    prefix = "$test$"

    def hash(self, password):
        return f"$test${password}"

    def verify(self, stored, password):
        return stored == self.hash(password)

    def stale(self, stored):
        return not stored.startswith(self.prefix)


@pytest.fixture
def cheap(monkeypatch):
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_hashers", lambda: (Cheap(),))
    yield
    passwords._nobodys.cache_clear()


def engaged(store):
    """Engagement, request and contact 1 of others, number 2 of the two firms that have accounts."""
    for pair in (("D003", "S002"), ("D001", "S001")):
        store.engagements.begin(*pair, EVERYTHING, reason="现场对接会")
        store.requests.ask(*pair, EVERYTHING)
    for firm in (OTHER_LEADER, SME, LEADER):
        store.contacts.add(
            store.enterprises.named(firm), EVERYTHING, name=f"{firm}厂长", phone="0909-2222222"
        )


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The file of a database with lists, a run, a decision and one account of each role."""
    path = tmp_path_factory.mktemp("web") / "携手.db"
    with Store(path) as store:
        store.lists.add(reading(DEMANDS, file="需求总表.xlsx"))
        store.lists.add(reading(SUPPLIES, file="供给总表.xlsx"))
        demands, supplies = store.lists.demands(EVERYTHING), store.lists.supplies(EVERYTHING)
        store.runs.save(
            match(demands, supplies), demands, supplies, started_at="2026-01-01T00:00:00.000Z"
        )
        store.decisions.record([Decision("D001", "S001", Verdict.ACCEPTED, "", "审核员甲")])
        limits = {
            Role.COUNTY_REVIEWER: {"county": COUNTY},
            Role.CHAIN_LEADER: {"enterprise_id": store.enterprises.named(LEADER)},
            Role.SME: {"enterprise_id": store.enterprises.named(SME)},
        }
        for role in Role:
            store.users.add(
                role.value, role, full_name=f"某{role.value}", password=f"$test${PASSWORD}",
                **limits.get(role, {}),
            )  # fmt: skip
        _jobs(store)
        engaged(store)
        _plan(store)
        _imports(store)
        _firms(store)
        _catalogues(store)
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def _catalogues(store):
    """1 whole and issued, 2 a draft of the county, 3 and 4 issued to the two firms, 5 a draft, 6 checked."""

    def kept(selection, scope=EVERYTHING):
        return keep(store, gather(store, selection, scope), selection, scope)

    whole, products = Selection(), Selection(basis=Basis.PRODUCTS)
    leader = Selection(variant=Variant.LEADER, subject=LEADER)
    sme = Selection(variant=Variant.SME, subject=SME)
    for selection, scope, steps in (
        (whole, EVERYTHING, 2), (products, county(COUNTY), 0), (leader, EVERYTHING, 2),
        (sme, EVERYTHING, 2), (leader, EVERYTHING, 0), (products, EVERYTHING, 1),
    ):  # fmt: skip
        key = kept(selection, scope)
        for step in (store.catalogues.check, store.catalogues.issue)[:steps]:
            step(key)


def _imports(store):
    """Files that wait to be confirmed: 3 of the bureau, 4 of the county, 5 and 6 of the two firms."""
    leader, sme = (store.enterprises.named(name) for name in (LEADER, SME))
    demand = f"链主企业,产品名称,年需求量,县市\n{LEADER},铜排,不知道,{COUNTY}\n"
    supply = f"企业名称,产品名称,年产能,县市\n{SME},铜排,不知道,{COUNTY}\n"
    for text, scope in (
        (demand, EVERYTHING), (demand, county(COUNTY)), (demand, buyer(leader)),
        (supply, supplier(sme)),
    ):  # fmt: skip
        work.read(store, store.imports.begin("清单.csv", text.encode(), scope))


def _plan(store):
    """The first plan, of everything that is suggested."""
    asked = ask(store, Choices(min_score=0.0))
    store.plans.save(asked.record(asked.solve()), asked.choices.record(), by="审核员甲")


def _jobs(store):
    """A job that each user has started and that is done: 7001 for the first one, and so on."""
    me = store.audit.actor
    for user in sorted(store.users.all(), key=lambda user: user.id):
        store.audit.actor = Actor("", user_id=user.id)
        job_id = store.jobs.add("of-a-test", {})
        store.jobs.begin(job_id)
        store.jobs.finish(job_id, {})
        store.db.execute("UPDATE jobs SET id = ? WHERE id = ?", [7000 + user.id, job_id])
    store.audit.actor = me


def _firms(store):
    """One open question, one merge and one entry of the exclusion list, of firms without rows."""
    names = (
        "甲乙丙制造有限公司",
        "甲乙丙制造有限责任公司",
        "丁戊己加工有限公司",
        "丁戊己加工有限责任公司",
    )
    with store.transaction():
        firms = [store.enterprises.named(name, add=True) for name in names]
    asked = store.merging.questions(EVERYTHING, limit=9)
    assert [q["id"] for q in asked] == [1, 2]
    store.merging.same(2, firms[2])
    store.risks.add([Risk("某失信公司", "失信")])


@pytest.fixture
def path(filled, tmp_path):
    copy = tmp_path / "携手.db"
    copy.write_bytes(filled.read_bytes())
    return copy


@pytest.fixture
def app(path, cheap):
    return create_app({"DATABASE": str(path), "TESTING": True, "PROPAGATE_EXCEPTIONS": False})


@pytest.fixture
def store(path):
    with Store(path) as opened:
        yield opened


class Browser:
    """A client that reads the token of a form before it sends the form, as browsers do."""

    def __init__(self, app, **environ):
        self.client = app.test_client()
        self.environ = environ

    def get(self, address, **more):
        return self.client.get(address, environ_overrides=self.environ, buffered=True, **more)

    def post(self, address, data=None, *, page=None, **more):
        shown = self.get(page or address)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.get_data(as_text=True))
        data = {"csrf_token": token[1] if token else ""} | (data or {})
        return self.client.post(address, data=data, environ_overrides=self.environ, **more)

    def login(self, name, password=PASSWORD, **data):
        return self.post("/login", {"name": name, "password": password} | data)

    def cookie(self):
        with self.client.session_transaction() as session:
            return dict(session)


@pytest.fixture
def stranger(app):
    return Browser(app)


@pytest.fixture
def enter(app, store):
    """A browser in which a user is signed in, by a session made in the store."""

    def signed_in(name):
        browser = Browser(app)
        token = store.sessions.start(store.users.find(name).id, "127.0.0.1", longest=1e6)
        with browser.client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return browser

    return signed_in
