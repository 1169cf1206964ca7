"""The store: one SQLite file through sqlite-utils (数据库).

Every read takes a :class:`~matcher.store.scope.Scope`, every write is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from matcher.errors import StoreError
from matcher.store.about import About, of_demand, of_firm, of_supply
from matcher.store.audit import Actor, Audit, AuditCheck, AuditRow, on_this_machine
from matcher.store.browse import Browse, Found, Query
from matcher.store.catalogues import Catalogues, CatalogueState, StoredCatalogue
from matcher.store.chains import Chains, StoredOffer
from matcher.store.contacts import Contact, ContactError, Contacts
from matcher.store.cube import Counts
from matcher.store.database import connect, sentence, writing
from matcher.store.decisions import DecisionReport, Decisions, StoredDecision
from matcher.store.editing import Edit, Editing, OwnRow, StaleRowsError
from matcher.store.engagements import Engagements, Entry
from matcher.store.engagementtypes import (
    EngagementError,
    EngagementEvent,
    EventKind,
    Question,
    StaleEngagementError,
    StoredEngagement,
)
from matcher.store.entering import Attempts, Link, Links, LockOut, Purpose, Sessions
from matcher.store.enterprises import EnterpriseQuestion, Enterprises
from matcher.store.figures import Figures, Funnel, Sizes
from matcher.store.imports import ImportRecord, Imports
from matcher.store.items import Candidate, Item, Items
from matcher.store.jobs import Job, JobEndedError, JobRunningError, Jobs, JobState
from matcher.store.journal import CannotUndoError, Journal, Version
from matcher.store.listed import Listed, StoredListed
from matcher.store.listings import LISTINGS, Facet, Listing
from matcher.store.lists import ImportReport, Lists
from matcher.store.merging import MergeError, Merging
from matcher.store.models import Models, StoredModel
from matcher.store.monthly import Monthly
from matcher.store.own import Own
from matcher.store.plans import Plans, StoredPlan
from matcher.store.queue import Filters, Order, Queue
from matcher.store.requests import IntroductionRequest, Requests, SaidWish, Wish, Wishes
from matcher.store.review import Done, Review, Reviewer, StaleReviewError
from matcher.store.risks import Risk, RiskError, RiskFlag, Risks
from matcher.store.run_views import DemandChange, RunViews
from matcher.store.runs import Runs, StoredSuggestion
from matcher.store.scope import (
    EVERYTHING,
    NOTHING,
    Scope,
    ScopeKind,
    buyer,
    county,
    enterprise,
    grant,
    supplier,
)
from matcher.store.settings import Settings
from matcher.store.users import AccountError, Role, User, Users
from matcher.store.views import Views

__all__ = [
    "EVERYTHING",
    "LISTINGS",
    "NOTHING",
    "About",
    "AccountError",
    "Actor",
    "AuditCheck",
    "AuditRow",
    "Candidate",
    "CannotUndoError",
    "CatalogueState",
    "Chains",
    "Contact",
    "ContactError",
    "Counts",
    "DecisionReport",
    "DemandChange",
    "Done",
    "Edit",
    "EngagementError",
    "EngagementEvent",
    "EnterpriseQuestion",
    "Entry",
    "EventKind",
    "Facet",
    "Filters",
    "Found",
    "Funnel",
    "ImportRecord",
    "ImportReport",
    "IntroductionRequest",
    "Item",
    "Job",
    "JobEndedError",
    "JobRunningError",
    "JobState",
    "Link",
    "Listing",
    "LockOut",
    "MergeError",
    "Order",
    "OwnRow",
    "Purpose",
    "Query",
    "Question",
    "Reviewer",
    "Risk",
    "RiskError",
    "RiskFlag",
    "Role",
    "SaidWish",
    "Scope",
    "ScopeKind",
    "Sizes",
    "StaleEngagementError",
    "StaleReviewError",
    "StaleRowsError",
    "Store",
    "StoredCatalogue",
    "StoredDecision",
    "StoredEngagement",
    "StoredListed",
    "StoredModel",
    "StoredOffer",
    "StoredPlan",
    "StoredSuggestion",
    "User",
    "Version",
    "Wish",
    "buyer",
    "county",
    "enterprise",
    "grant",
    "of_demand",
    "of_firm",
    "of_supply",
    "supplier",
]


class Store:
    """One open database: its lists, enterprises, runs, decisions, catalogues, models, users and audit log.

    Use as a context manager::

        with Store(Path("xieshou.db")) as store:
            store.lists.add(reading)

    Every change is told in the audit log as one of ``actor``: by default the user of the operating
    system.

    Raises:
        StoreError: The file cannot be opened as a database of ours, or fails while it is used.
    """

    def __init__(
        self, path: str | Path, *, create: bool = True, actor: Actor | None = None
    ) -> None:
        self.path = Path(path)
        self.db = connect(self.path, create=create)
        self.audit = Audit(self.db, self.path, actor or on_this_machine())
        self.lists = Lists(self.db, self.path, self.audit)
        self.imports = Imports(self.db, self.path, self.audit)
        self.editing = Editing(self.db, self.path, self.audit)
        self.journal = Journal(self.db, self.path, self.audit)
        self.enterprises = Enterprises(self.db, self.path)
        self.browse = Browse(self.db)
        self.runs = Runs(self.db, self.path, self.audit)
        self.merging = Merging(self.db, self.path, self.audit)
        self.risks = Risks(self.db, self.path, self.audit)
        self.run_views = RunViews(self.db)
        self.figures = Figures(self.db)
        self.decisions = Decisions(self.db, self.path, self.audit)
        self.plans = Plans(self.db, self.path, self.audit)
        self.models = Models(self.db, self.path, self.audit)
        self.users = Users(self.db, self.path, self.audit)
        self.sessions = Sessions(self.db, self.path)
        self.links = Links(self.db, self.path, self.audit)
        self.attempts = Attempts(self.db, self.path)
        self.settings = Settings(self.db, self.path, self.audit)
        self.catalogues = Catalogues(self.db, self.path, self.audit)
        self.listed = Listed(self.db, self.path)
        self.jobs = Jobs(self.db, self.path, self.audit)
        self.contacts = Contacts(self.db, self.path, self.audit)
        self.engagements = Engagements(self.db, self.path, self.audit, self.settings, self.contacts)
        self.requests = Requests(self.db, self.path, self.audit, self.engagements)
        self.wishes = Wishes(self.db, self.path, self.audit)
        self.own = Own(self.db, self.path)
        self.monthly = Monthly(self.db, self.path)
        self.queue = Queue(self.db, self.path)
        self.items = Items(self.db)
        self.review = Review(self.db, self.path, self.audit, self.decisions, self.queue, self.items)
        self.chains = Chains(self.db)
        self.views = Views(self.db, self.path, self.audit)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Several writes as one user action: all of them are kept, or none.

        Raises:
            StoreError: Locked, full or damaged; nothing was changed.
        """
        with writing(self.db, self.path):
            yield

    def close(self) -> None:
        """Close the database."""
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):  # of a read: a damaged or vanished file
            raise StoreError(sentence(self.path, error)) from error
