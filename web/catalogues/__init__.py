"""Catalogues in the browser: choose, look, arrange, check, issue, download, verify (推荐目录)."""

from web.catalogues import pages
from web.catalogues.area import blueprint

__all__ = ["blueprint", "pages"]
