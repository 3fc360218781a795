"""One request for some tweets' labels, and how many tokens it takes: about, and at most."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from specialist.codebook import Codebook
from specialist.labeling.failures import Usage
from specialist.labeling.prompt import instructions, longest_entry, message, schema

# Bytes a token of such text, measured with the tokenizers cl100k_base and o200k_base on 3,000 tweets: 3.5 to 3.9
# for tweets, 4.2 for the instructions, 2.2 to 2.9 for answers.
_BYTES_A_TOKEN_IN = 3.6
_BYTES_A_TOKEN_OUT = 2.4
# What chat templates and structured output add to what is sent, in tokens: about, and more than any known one.
_AROUND = 20
_AROUND_AT_MOST = 512
# An answer's beginning and end, with room for a code fence.
_ANSWER_AROUND = 64


@dataclass(frozen=True)
class Request:
    """The messages of a request, its schema, and how many tokens it takes.

    Attributes
    ----------
    limit
        The tokens that the answer may have; the endpoint cuts it there.
    about, most
        Tokens to expect, and tokens that it cannot exceed: no tokenizer makes more than one token of a byte.
    """

    instructions: str
    message: str
    schema: dict[str, Any]
    limit: int
    about: Usage
    most: Usage


def build_request(codebook: Codebook, texts: Sequence[str], thinking_tokens: int) -> Request:
    """Build the request for some tweets' labels.

    Parameters
    ----------
    thinking_tokens
        Tokens that the model may spend before it answers.
    """
    system, user, form = instructions(codebook), message(texts, secrets.token_hex(8)), schema(codebook)
    sent = len(system.encode()) + len(user.encode()) + len(json.dumps(form).encode())
    answered = len(texts) * len(longest_entry(codebook).encode())
    limit = _ANSWER_AROUND + answered + thinking_tokens
    about = Usage(
        round(sent / _BYTES_A_TOKEN_IN) + _AROUND, round(answered / _BYTES_A_TOKEN_OUT) + thinking_tokens
    )
    return Request(system, user, form, limit, about, Usage(sent + _AROUND_AT_MOST, limit))
