"""Fonts of a machine for the pdf: which one stands for each face of GB/T 9704, rare characters last.

Free fonts come first, because they are embedded in the document; those that an office's Windows
brings come after them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from matcher.catalogue.glyphs import covered
from matcher.errors import XieshouError

FOLDERS = "XIESHOU_FONTS"  # environment variable: folders to use in place of the system's fonts
# Debian's texlive-lang-chinese brings 仿宋 and 楷体, in a folder that fontconfig does not know.
_FURTHER = ("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",)
_SONG = (
    "Noto Serif CJK SC", "Source Han Serif SC", "FandolSong", "AR PL SungtiL GB", "AR PL UMing CN",
    "SimSun", "STSong", "Songti SC",
)  # fmt: skip
_HEI = (
    "Noto Sans CJK SC", "Source Han Sans SC", "FandolHei", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "Droid Sans Fallback", "SimHei", "Microsoft YaHei", "STHeiti", "PingFang SC",
)  # fmt: skip
_KAI = (
    "FandolKai", "AR PL KaitiM GB", "AR PL UKai CN", "LXGW WenKai", "KaiTi_GB2312", "KaiTi", "STKaiti",
)  # fmt: skip
_FANG = (
    "FandolFang R", "FandolFang", "Zhuque Fangsong (technical preview)", "FangSong_GB2312", "FangSong",
    "STFangsong",
)  # fmt: skip
_FACES = {
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", *_SONG, *_HEI),
    "body": (*_FANG, *_SONG, *_KAI, *_HEI),
    "kai": (*_KAI, *_SONG, *_HEI),
    "hei": (*_HEI, *_SONG),
    "song": (*_SONG, *_HEI),
}
# For what Chinese fonts lack: emoji, Uyghur and other scripts, rare characters.
_RARE = (
    "Noto Color Emoji", "Segoe UI Emoji", "Symbola", "DejaVu Sans", "Noto Sans Arabic", "BabelStone Han",
    "HanaMinA", "HanaMinB", "Plangothic P1", "SimSun-ExtB",
)  # fmt: skip
WANTED = "fonts-noto-cjk（宋体、黑体）和 texlive-lang-chinese（仿宋、楷体）"


class NoFontError(XieshouError):
    """No Chinese font on this machine."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """Fonts for one document.

    Attributes:
        faces: ``title``, ``body``, ``kai``, ``hei``, ``song`` → families, the first one that has a
            character is taken.
        handle: What the typesetter wants to be given.
        files: Font files of these families with the number of the font in the file.
    """

    faces: dict[str, tuple[str, ...]]
    handle: Any
    files: tuple[tuple[str, int], ...]

    def lacking(self, text: str) -> frozenset[str]:
        """Characters of a text that none of the fonts can show."""
        return frozenset(text) - covered(self.files, frozenset(text))


def fonts() -> Fonts:
    """The fonts of this machine.

    Raises:
        NoFontError: None of them is Chinese.
    """
    return _fonts(os.environ.get(FOLDERS))


@cache
def _fonts(folders: str | None) -> Fonts:
    import typst

    given = folders.split(os.pathsep) if folders else [*filter(_is_folder, _FURTHER)]
    handle = typst.Fonts(
        include_system_fonts=not folders,
        include_embedded_fonts=False,
        font_paths=[Path(folder) for folder in given],
    )
    found = handle.fonts()
    families = {font.family for font in found}
    rare = tuple(name for name in _RARE if name in families)
    faces = {}
    for face, names in _FACES.items():
        chain = tuple(name for name in dict.fromkeys(names) if name in families)
        if not chain:
            raise NoFontError(
                f"这台机器上没有中文字体，排不出 pdf，请安装 {WANTED} 后再试，或改用 .docx、.xlsx"
            )
        faces[face] = (*chain, *rare)
    used = {name for chain in faces.values() for name in chain}
    files = sorted({(f.path, f.index) for f in found if f.family in used and f.path})
    return Fonts(faces, handle, tuple(files))


def _is_folder(path: str) -> bool:
    return Path(path).is_dir()
