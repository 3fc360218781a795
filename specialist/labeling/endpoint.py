"""An OpenAI-compatible endpoint: sends one request through the official client and names what goes wrong."""

from __future__ import annotations

import asyncio
import email.utils
import itertools
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from specialist.errors import SpecialistError
from specialist.labeling.failures import FREE, Remedy, RequestError, Usage
from specialist.labeling.labelers import Labeler
from specialist.labeling.request import Request

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletion

_OPENAI = "api.openai.com"
# Gateways say these when they gave up waiting for the model, which may be working, and charged for, all the same.
_PERHAPS_CHARGED = frozenset({408, 502, 504, 520, 522, 524})
# Letters; what is shorter occurs in ordinary words, and is what providers show of a key themselves.
_TELLING_PIECE = 8
_NO_CREDIT = "insufficient_quota"
_IN_LABELERS_FILE = ("model", "temperature")


class Endpoint:
    """The endpoint of one labeler; learns by its refusals which form of request it takes."""

    def __init__(self, labeler: Labeler) -> None:
        """Prepare the client; nothing is sent.

        Raises
        ------
        SpecialistError
            If the key is missing from the environment, or the `openai` package is not installed.
        """
        self._labeler = labeler
        self._key = labeler.key()
        self._client = _client(labeler, self._key)
        self._formats: tuple[str | None, ...] = ("json_schema", "json_object", None)
        self._limit_name = "max_tokens"
        self._proven = False

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def ask(self, request: Request) -> tuple[str, Usage | None]:
        """Send a request and return the answer's text and its usage (None: the endpoint does not tell it).

        Until one form of request has brought an answer, one that is refused is followed by the next that the endpoint
        may know; after that, a refusal is about the tweets.

        Raises
        ------
        RequestError
            If no answer comes, or none that is whole. It does not carry the client's own error, whose text may show
            the key.
        """
        import openai

        formats, limit_name = self._formats, self._limit_name
        while True:
            try:
                async with asyncio.timeout(self._labeler.timeout):
                    completion = await self._send(request, formats[0], limit_name)
                break
            except TimeoutError as error:
                reason = f"no answer within {self._labeler.timeout:g} seconds"
                raise RequestError(reason, Remedy.BACK_OFF) from error
            except openai.APIStatusError as error:
                if self._proven or not _may_be_about_the_form(error):
                    raise self._failure(error) from None
                if "max_completion_tokens" in _said(error) and limit_name == "max_tokens":
                    limit_name = "max_completion_tokens"
                elif len(formats) > 1:
                    formats = formats[1:]
                else:
                    raise self._failure(error) from None
            except openai.APIConnectionError as error:
                raise self._unreachable(error) from None
            except (openai.OpenAIError, ValueError) as error:
                raise RequestError("an answer that is not valid JSON", Remedy.ASK_AGAIN) from error
        self._formats, self._limit_name, self._proven = formats[:1], limit_name, True
        return self._content(completion)

    def scrub(self, text: str) -> str:
        """Return a text on one line, without the key or a piece of it, and without what could harm a terminal."""
        if self._key:
            text = _masked(text, self._key)
        printable = "".join(letter if letter.isprintable() else " " for letter in text)
        return " ".join(printable.split())[:240]

    async def _send(self, request: Request, form: str | None, limit_name: str) -> ChatCompletion:
        labeler = self._labeler
        fields: dict[str, Any] = {limit_name: request.limit}
        if labeler.temperature is not None:
            fields["temperature"] = labeler.temperature
        if form == "json_schema":
            schema = {"name": "labels", "strict": True, "schema": request.schema}
            fields["response_format"] = {"type": form, form: schema}
        elif form is not None:
            fields["response_format"] = {"type": form}
        messages: list[Any] = [
            {"role": "system", "content": request.instructions},
            {"role": "user", "content": request.message},
        ]
        completion: ChatCompletion = await self._client.chat.completions.create(
            model=labeler.model, messages=messages, extra_body=dict(labeler.extra), **fields
        )
        return completion

    def _failure(self, error: openai.APIStatusError) -> RequestError:
        status = error.status_code
        reason = f"the endpoint answered {status}: {_said(error)}"
        if status == 401:
            # What the endpoint says here may show a part of the key.
            variable = f" in {self._labeler.api_key_env}" if self._labeler.api_key_env else ""
            reason = f"the endpoint does not accept the key{variable} (401)"
        elif error.param in _IN_LABELERS_FILE:
            reason += f" (change {error.param} in the labelers' file)"
        usage = None if status in _PERHAPS_CHARGED else FREE
        return RequestError(self.scrub(reason), _remedy(error), usage, _retry_after(error))

    def _unreachable(self, error: openai.APIConnectionError) -> RequestError:
        never_sent = type(error.__cause__).__name__ in ("ConnectError", "ConnectTimeout")
        cause = self.scrub(str(error.__cause__ or error))
        reason = (
            f"the endpoint cannot be reached: {cause}" if never_sent else f"the connection broke: {cause}"
        )
        return RequestError(reason, Remedy.BACK_OFF, FREE if never_sent else None)

    def _content(self, completion: Any) -> tuple[str, Usage | None]:
        """Return the text and usage of a completion, whose form an endpoint may not keep to."""
        usage = _usage(getattr(completion, "usage", None))
        choices = getattr(completion, "choices", None)
        message = getattr(choices[0], "message", None) if isinstance(choices, list) and choices else None
        if message is None:
            raise RequestError("an answer that is no chat completion", Remedy.ASK_AGAIN, usage)
        assert isinstance(choices, list)
        if choices[0].finish_reason == "length":
            raise RequestError(
                "the answer did not end within its tokens; a model that thinks before it answers needs more"
                " thinking_tokens",
                Remedy.SPLIT,
                usage,
            )
        if getattr(message, "refusal", None) or choices[0].finish_reason == "content_filter":
            raise RequestError("the model refuses to answer", Remedy.SPLIT, usage)
        content = getattr(message, "content", None)
        if not isinstance(content, str) or not content.strip():
            raise RequestError("an empty answer", Remedy.ASK_AGAIN, usage)
        return content, usage


def _client(labeler: Labeler, key: str | None) -> openai.AsyncOpenAI:
    try:
        from openai import AsyncOpenAI, Omit
    except ImportError as error:
        raise SpecialistError(
            "labelling needs the package openai: pip install 'synthetic-specialist[label]'"
        ) from error
    # The client would send these, if they are in the environment, to any endpoint.
    elsewhere = urlsplit(labeler.base_url).hostname != _OPENAI
    headers: Any = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()} if elsewhere else {}
    # The time-out of a whole request is kept by `ask`; the client knows only one for each wait.
    # Without a key the client would take OPENAI_API_KEY, which is none of this endpoint's business.
    return AsyncOpenAI(
        base_url=labeler.base_url,
        api_key=key or "none",
        max_retries=0,
        timeout=None,
        default_headers=headers,
    )


def _masked(text: str, key: str) -> str:
    """Put [key] in the place of a key, and of every piece of it that is long enough to tell something."""
    length = min(len(key), _TELLING_PIECE)
    pieces = {key[start : start + length] for start in range(len(key) - length + 1)}
    hidden = bytearray(len(text))
    for start in range(len(text) - length + 1):
        if text[start : start + length] in pieces:
            hidden[start : start + length] = b"\1" * length
    runs = itertools.groupby(zip(text, hidden, strict=True), key=lambda pair: pair[1])
    return "".join("[key]" if secret else "".join(letter for letter, _ in run) for secret, run in runs)


def _remedy(error: openai.APIStatusError) -> Remedy:
    status = error.status_code
    if status == 429:
        return Remedy.STOP if error.code == _NO_CREDIT else Remedy.WAIT
    if status in (408, 409) or status >= 500:
        return Remedy.BACK_OFF
    of_the_account = status in (401, 402, 404, 405) or (status == 403 and not _filtered(error))
    return Remedy.STOP if of_the_account or error.param in _IN_LABELERS_FILE else Remedy.SPLIT


def _said(error: openai.APIStatusError) -> str:
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) and message else error.message


def _may_be_about_the_form(error: openai.APIStatusError) -> bool:
    of_the_form = error.status_code in (400, 422) and error.param not in _IN_LABELERS_FILE
    return of_the_form and not _filtered(error)


def _filtered(error: openai.APIStatusError) -> bool:
    """Tell whether an endpoint refuses for what the tweets say, as Azure (400) and OpenRouter (403) do."""
    said = f"{error.code} {_said(error)}".casefold()
    return any(word in said for word in ("content_filter", "content management", "moderation", "flagged"))


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Return the seconds that a response asks to wait (RFC 9110, 10.2.3: seconds or a date), None if it does not."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    try:
        moment = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


def _usage(usage: Any) -> Usage | None:
    read, written = (getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens"))
    if type(read) is not int or type(written) is not int or min(read, written) < 0:
        return None
    total = getattr(usage, "total_tokens", None)
    # Some endpoints leave a model's thoughts out of the one count, but not out of the other, nor of the bill.
    return Usage(read, max(written, total - read) if type(total) is int else written)
