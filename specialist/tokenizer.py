"""Tokenizers of base models: loaded with the normalisation that the base was trained with, kept beside its weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from specialist import bertweet
from specialist.errors import SpecialistError
from specialist.folder import DESCRIPTION_FILE, Description

TOKENIZER_FILE = "tokenizer.json"
_MERGES_FILE = "bpe.codes"
_VOCABULARY_FILES = ("vocab.txt", "vocab.json", "merges.txt", _MERGES_FILE)


class NormalizedTokenizer:
    """A transformers tokenizer that brings texts into BERTweet's form first.

    Attributes
    ----------
    model_max_length
        The most tokens of a text that the base can read.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer, self._normalize = tokenizer, bertweet.Normalizer()
        if _is_bertweet(tokenizer):
            # On, also for whoever opens the saved folder with transformers alone; but here the texts that it gets
            # are in that form already, and its own way would cost all handles.
            tokenizer.normalization = True
            tokenizer.normalizeTweet = str
        self.pad_token_id: int | None = tokenizer.pad_token_id

    @property
    def model_max_length(self) -> int:
        """Return the most tokens of a text."""
        return int(self._tokenizer.model_max_length)

    @model_max_length.setter
    def model_max_length(self, tokens: int) -> None:
        self._tokenizer.model_max_length = tokens

    def __call__(self, texts: list[str], **options: Any) -> Any:
        """Return what the tokenizer returns for preprocessed texts, given the same options."""
        return self._tokenizer([self._normalize(text) for text in texts], **options)

    def save_pretrained(self, folder: Path) -> None:
        """Write the tokenizer; `Description.normalization` says what stands before it."""
        self._tokenizer.save_pretrained(folder)


def of_base(base: str) -> Any:
    """Return the tokenizer of a base model (a folder or Hub id), a specialist's folder among them.

    Raises
    ------
    SpecialistError
        If it needs a package that is not installed.
    OSError, ValueError, ImportError
        If transformers cannot load it.
    """
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base, trust_remote_code=False)
    if tokenizer.pad_token_id is None:
        raise SpecialistError(f"the base model {base} is no encoder: its tokenizer has no padding")
    return NormalizedTokenizer(tokenizer) if _wants_normalization(base, tokenizer) else tokenizer


def of_folder(folder: Path, normalization: str) -> Any:
    """Return the tokenizer of a specialist's folder, with the normalisation of its description."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    return NormalizedTokenizer(tokenizer) if normalization else tokenizer


def normalization_of(tokenizer: Any) -> str:
    """Return what a tokenizer does to texts first, as `Description.normalization` has it."""
    return bertweet.NAME if isinstance(tokenizer, NormalizedTokenizer) else ""


def save(tokenizer: Any, folder: Path) -> list[Path]:
    """Write a tokenizer into a folder; return the files that its token ids depend on."""
    tokenizer.save_pretrained(folder)
    if (folder / TOKENIZER_FILE).is_file():
        return [folder / TOKENIZER_FILE]
    merges = folder / _MERGES_FILE
    if merges.is_file():
        _count(merges)
    return [folder / name for name in _VOCABULARY_FILES if (folder / name).is_file()]


def _count(merges: Path) -> None:
    """Give each line of a BERTweet's merges its third word again, a frequency.

    transformers leaves it out when it saves them and takes the second one for it when it loads them.
    """
    pairs = merges.read_text(encoding="utf-8").splitlines()
    lines = [f"{pair} {len(pairs) - rank}\n" for rank, pair in enumerate(pairs)]
    merges.write_text("".join(lines), encoding="utf-8")


def _wants_normalization(base: str, tokenizer: Any) -> bool:
    """Whether a base is a BERTweet: by its tokenizer, or, since bertweet-large has RoBERTa's, by its name."""
    folder = Path(base)
    if (folder / DESCRIPTION_FILE).is_file():
        return bool(Description.load(folder).normalization)
    names = [folder.name]
    if (folder / "config.json").is_file():
        names.append(
            str(json.loads((folder / "config.json").read_text(encoding="utf-8")).get("_name_or_path"))
        )
    return _is_bertweet(tokenizer) or any("bertweet-large" in name.casefold() for name in names)


def _is_bertweet(tokenizer: Any) -> bool:
    return type(tokenizer).__name__ == "BertweetTokenizer"
