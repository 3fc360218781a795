"""A key that an endpoint's message repeats: it is in no error, however that error is shown."""

import asyncio
import re
import traceback
from collections.abc import Iterator

import pytest
from label_endpoint import Endpoint as Server
from label_endpoint import serve

from specialist.codebook import Codebook
from specialist.labeling.endpoint import Endpoint
from specialist.labeling.failures import RequestError
from specialist.labeling.labelers import Labeler
from specialist.labeling.request import build_request

MMX = Codebook.load("mmx")
KEY = "sk-proj-Zm9vYmFyYmF6cXV4-0123456789"


@pytest.fixture
def labeler(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Labeler, Server]]:
    monkeypatch.setenv("TEST_KEYS", KEY)
    with serve(MMX) as server:
        yield Labeler("fake", server.url, "model", 1, 2, api_key_env="TEST_KEYS"), server


def failure(labeler: Labeler) -> RequestError:
    async def ask() -> RequestError:
        endpoint = Endpoint(labeler)
        try:
            await endpoint.ask(build_request(MMX, ["a tweet"], 0))
        except RequestError as error:
            return error
        finally:
            await endpoint.close()
        raise AssertionError("the endpoint was to fail")

    return asyncio.run(ask())


@pytest.mark.parametrize("mischief", ["echo the key", "401", "500", "reset"])
def test_an_error_shows_no_key_however_it_is_shown(labeler: tuple[Labeler, Server], mischief: str) -> None:
    asked, server = labeler
    server.rule = lambda _: mischief
    error = failure(asked)
    shown = [str(error), repr(error), error.reason, *traceback.format_exception(error)]
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY[8:16] not in "".join(shown)
    assert ("[key]" in error.reason) == (mischief == "echo the key")


def test_neither_a_labeler_nor_its_endpoint_shows_the_key(labeler: tuple[Labeler, Server]) -> None:
    endpoint = Endpoint(labeler[0])
    assert KEY not in repr(labeler[0]) + repr(endpoint) + repr(vars(endpoint)["_client"])


@pytest.mark.parametrize(
    "said", [f"no {KEY}!", f"no {KEY[:20]}…!", f"no {KEY[-12:]}!", f"no {KEY[5:14]}!", f"no {KEY}{KEY}!"]
)
def test_pieces_of_a_key_are_masked_too(labeler: tuple[Labeler, Server], said: str) -> None:
    scrubbed = Endpoint(labeler[0]).scrub(said)
    assert re.fullmatch(r"no \[key\]…?!", scrubbed)


def test_other_words_are_left_alone(labeler: tuple[Labeler, Server]) -> None:
    said = "the project sk-pro has 12345 tweets left"
    assert Endpoint(labeler[0]).scrub(said) == said
