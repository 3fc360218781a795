"""Brands in tweets: handles, hashtags and names, however they are written, in any script, at any length."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.brand_list import read_brands
from pipeline.brands import Catalogue
from specialist.preprocess import preprocess

HEADER = "brand,industry,handle,aliases,ambiguous\n"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.mark.parametrize(
    ("text", "brands"),
    [
        ("thanks @TARGET and @hm for nothing", ["target", "h-m"]),
        ("#harrowandpine #HarrowPine", ["harrow-pine"]),
        ("harrow and pine, Harrow & Pine's, harrow n pine", ["harrow-pine"]),
        ("the mcdonalds near me, MCDONALD'S, McDonald’s", ["mcdonalds"]),
        ("coca cola, Coca-Cola, cocacola", ["coca-cola"]),
        ("two iPhones and a Tesla's door", ["apple", "tesla"]),
        ("#BoycottVelvetine", ["velvetine"]),
        ("#LumoraLeaf", ["lumora"]),
        ("Dear OlloWear", ["ollo"]),
        ("Costco, Lidl and Aldi", ["costco", "lidl", "aldi"]),
        ("Costco, costco and @Costco again", ["costco"]),
    ],
)
def test_handles_hashtags_and_names_count_in_any_case(
    catalogue: Catalogue, text: str, brands: list[str]
) -> None:
    assert catalogue.match(text) == brands


@pytest.mark.parametrize(
    "text",
    [
        "a rollover in the cornerstone",  # Ollo and Corner Larder are no parts of words
        "they went in and out of the store",
        "@targeted @nike_fan @user",
        "write to me@starbucks.example",
        "#cheesecake recipe",  # the handle of the Cheesecake Factory, but not its name
        "apple pie by the subway station",
        "",
        "   ",
    ],
)
def test_what_is_no_brand_is_none(catalogue: Catalogue, text: str) -> None:
    assert catalogue.match(preprocess(text, catalogue.handles)) == []


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("Uber Eats was late", "uber-eats"),
        ("watching Apple TV+ tonight", "apple-tv-plus"),
        ("#Disneyland at night", "disneyland"),
        ("Amazon Prime Video is down", "prime-video"),
    ],
)
def test_the_longest_of_overlapping_names_counts(catalogue: Catalogue, text: str, brand: str) -> None:
    assert catalogue.match(text) == [brand]


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("＠Nike ＃nike", "nike"),
        ("Cafe\u0300 or CAFFÈ NERO", "caffe-nero"),
        ("loreal or L’ORE\u0301AL", "loreal"),
        ("ŠKODA skoda", "skoda"),
        ("🔥Starbucks🔥 and 👩🏽‍🚀@starbucks", "starbucks"),
        ("קניתי ב @Starbucks אתמול", "starbucks"),
        ("ستاربكس Starbucks هنا", "starbucks"),
        ("我的iPhone坏了", "apple"),
        ("ＭｃＤｏｎａｌｄ’ｓ", "mcdonalds"),
    ],
)
def test_accents_emoji_and_other_scripts_hide_no_name(catalogue: Catalogue, text: str, brand: str) -> None:
    assert catalogue.match(preprocess(text, catalogue.handles)) == [brand]


def test_names_in_other_scripts_are_whole_words_too() -> None:
    brands = Catalogue(read_brands(HEADER + "टाटा,Cars,,,\n苹果,Consumer electronics,,,\n", "own.csv"))
    assert len(brands.match("मेरी टाटा गाड़ी")) == 1
    assert brands.match("टटटट") == []  # the same consonants, other vowels
    assert len(brands.match("我喜欢苹果手机")) == 1


@given(st.text())
def test_no_text_breaks_the_matcher(text: str) -> None:
    known = _shared()
    assert set(known.match(text)) <= set(known.brands)


@given(
    st.lists(
        st.sampled_from(["Apple", "at", "target", "#gap", "@Nike", ",", "’s", "🔥", "the", "store", "-", "."])
    )
)
def test_no_order_of_names_and_signs_breaks_the_evidence(words: list[str]) -> None:
    known = _shared()
    assert set(known.match(" ".join(words))) <= {"apple", "target", "gap", "nike"}


def _shared(kept: list[Catalogue] = []) -> Catalogue:  # noqa: B006  (one catalogue for all of hypothesis's examples)
    if not kept:
        kept.append(Catalogue.load())
    return kept[0]


@pytest.mark.parametrize("word", ["apple ", "Target, ", "a", "#apple", "at gap ", "\u0301"])
def test_time_grows_with_the_length_only(catalogue: Catalogue, word: str) -> None:
    short, long = (min(_seconds(catalogue, [word * count]) for _ in range(3)) for count in (5_000, 40_000))
    assert long < 32 * short + 0.2  # 8 times the text; a quadratic step would take 64 times as long


def test_a_thousand_brands_cost_no_more_than_a_few(catalogue: Catalogue) -> None:
    tweets = [
        f"{start} {name} {end} {number}"
        for number in range(40)
        for start in ("queued at", "so done with", "ok but the app of")
        for name in ("Harrow & Pine", "@Zipcrate", "Bramble Coffee", "somebody")
        for end in ("again and nobody could help me 😩", "was lovely, five stars, would do it again tomorrow")
    ]
    few = Catalogue(
        brand
        for key, brand in catalogue.brands.items()
        if key in {"harrow-pine", "zipcrate", "bramble-coffee"}
    )
    assert len(catalogue.brands) > 300 * len(few.brands)
    pairs = [(_seconds(few, tweets), _seconds(catalogue, tweets)) for _ in range(7)]
    ratio = min(all_brands for _, all_brands in pairs) / min(few_brands for few_brands, _ in pairs)
    speed = len(tweets) / min(all_brands for _, all_brands in pairs)
    print(
        f"{len(catalogue.brands)} brands: {speed:,.0f} tweets/s, {ratio:.2f} times the time of {len(few.brands)} brands"
    )
    assert ratio < 1.5
    assert speed > 8_000


def _seconds(catalogue: Catalogue, texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        catalogue.match(text)
    return time.process_time() - start
