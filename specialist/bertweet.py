"""BERTweet's form of a tweet: what its bases were pre-trained on, and so what they must be given.

After Nguyen, Vu and Nguyen, "BERTweet: A pre-trained language model for English Tweets" (EMNLP 2020, section 2):
words are told apart as NLTK's TweetTokenizer does (Potts, Klein, Pantone), emoji become words, links HTTPURL, and
users @USER. The tokenizer of bertweet-large does none of this, that of the others only on demand and with the loss of
every handle; therefore it is done here, for all of them, in training and prediction alike.
"""

from __future__ import annotations

from functools import lru_cache

# Unlike re, it takes marks, such as the parts of a keycap emoji, for letters, as TweetTokenizer does.
import regex

from specialist.errors import SpecialistError
from specialist.preprocess import URL, USER

NAME = "bertweet"

_LINK = regex.compile(rf"(?<![A-Za-z0-9_#@]){URL}(?!\w)")
# A run of one sign, such as "!!!!!!!!", is shortened to three.
_LONG_RUN = regex.compile(r"([^a-zA-Z0-9])\1{3,}")
_DOMAIN = r"[a-z0-9.\-]{1,100}\.[a-z]{2,13}"
# In this order. What could be long is bounded, so that the time grows with the text's length, not with its square.
_WORD = regex.compile(
    "|".join(
        (
            rf"(?:https?:|{_DOMAIN}/)[^\s<>{{}}\[\]]+[^\s`!()\[\]{{}};:'\".,<>?«»“”‘’]",
            r"(?<!@)\b[a-z0-9]{1,63}(?:[.\-][a-z0-9]{1,63}){0,9}\.[a-z]{2,13}\b/?(?!@)",
            r"(?:\+?[01][ *\-.)]{0,9})?(?:\(?\d{3}[ *\-.)]{0,9})?\d{3}[ *\-.)]{0,9}\d{4}",
            # Emoticons, either way round; before a handle an @ is no mouth.
            r"<3|[<>]?[:;=8][-o*']?(?:[)\](\[dp/:}{|\\]|@(?!\w))|[)\](\[dp/:}{@|\\][-o*']?[:;=8][<>]?",
            r"<[^>\s]{1,100}>",
            r"-+>|<-+",
            r"@\w+",
            r"#+\w[\w'\-]*\w",
            r"[\w.+-]{1,64}@[\w-]+\.(?:[\w-]\.?)+[\w-]",
            r"[^\W\d_](?:[^\W\d_]|['\-_])+[^\W\d_]",
            r"[+\-]?\d+[,/.:-]\d+[+\-]?",
            r"\w+",
            r"\.(?:\s*\.)+",
            r"\S",
        )
    ),
    regex.IGNORECASE,
)
# As in the treebanks, "n't" and the like are words; times of day stay one.
_REPLACEMENTS = (
    ("cannot ", "can not "),
    ("n't ", " n't "),
    ("n 't ", " n't "),
    ("ca n't", "can't"),
    ("ai n't", "ain't"),
    *((f"'{ending} ", f" '{ending} ") for ending in ("m", "re", "s", "ll", "d", "ve")),
    (" p . m .", " p.m."),
    (" p . m ", " p.m "),
    (" a . m .", " a.m."),
    (" a . m ", " a.m "),
)


class Normalizer:
    """Turns preprocessed texts into BERTweet's form.

    "URL" becomes HTTPURL and "@user" @USER. Other handles are those of brands (`specialist.preprocess` has made all
    the rest "@user"); they stay, since they carry the brand, where BERTweet's own normalisation would make each of
    them @USER too. All else is as BERTweet's `TweetNormalizer` does it.

    Raises
    ------
    SpecialistError
        If the package emoji is not installed.
    """

    def __init__(self) -> None:
        try:
            from emoji import demojize
        except ImportError:
            raise SpecialistError(
                'BERTweet needs the package emoji: pip install "synthetic-specialist[bertweet]"'
            ) from None
        self._emoji_in_words = lru_cache(maxsize=4096)(demojize)

    def __call__(self, text: str) -> str:
        """Return one text in BERTweet's form, its words with one space between; not to be applied again."""
        text = _LINK.sub("HTTPURL", text.replace("’", "'").replace("…", "..."))
        words = _WORD.findall(_LONG_RUN.sub(r"\1\1\1", text))
        joined = " ".join(self._word(word) for word in words)
        for found, wanted in _REPLACEMENTS:
            joined = joined.replace(found, wanted)
        return " ".join(joined.split())

    def _word(self, word: str) -> str:
        if word in (USER, "@"):
            return "@USER"
        if word.lower().startswith(("http", "www")):
            return "HTTPURL"
        return self._emoji_in_words(word) if len(word) == 1 else word
