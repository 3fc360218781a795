"""BERTweet as a base: tweets in the form that it was pre-trained on, alike in training and from each saved form."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import AutoTokenizer, BertweetTokenizer, RobertaConfig, RobertaModel, RobertaTokenizer

from specialist.bertweet import Normalizer
from specialist.codebook import Codebook
from specialist.data import Labelled, read_labelled
from specialist.embedded import base_model
from specialist.errors import SpecialistError
from specialist.folder import Description
from specialist.network import from_base
from specialist.predict import Specialist
from specialist.save import Form, save
from specialist.train import Trained, train
from specialist.training_arguments import base_of_recipe, recipe

ARGUMENTS = recipe("bertweet-large", epochs=1, max_length=128)
HANDLES = {"ollowear"}
TEXT = "@OlloWear can't zip it ❤ thanks @jane_doe see https://t.co/x1"
LONG = "the zip broke " * 60
WORDS = ["@USER", "HTTPURL", ":red_heart:", "can't", "the", "zip", "it", "broke", "thanks", "see", "shop"]


@pytest.fixture(scope="module")
def books() -> list[Codebook]:
    return [Codebook.load("mmx")]


@pytest.fixture(scope="module")
def tweets(books: list[Codebook]) -> Labelled:
    import pandas as pd

    rows = [
        {
            "text": text + " again" * (index // 3),
            "product": index % 2,
            "place": 1 - index % 2,
            "price": 0,
            "promotion": index % 3 == 0,
        }
        for index, text in enumerate([TEXT, "the shop was closed 😡 @nobody", LONG] * 4)
    ]
    return read_labelled(pd.DataFrame(rows).astype({"promotion": int}), books, HANDLES)


def _model(folder: Path, vocabulary: int, tokens: int, **more: Any) -> None:
    torch.manual_seed(1)
    config = RobertaConfig(
        vocab_size=vocabulary,
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=tokens + 2,
        type_vocab_size=1,
        **more,
    )
    RobertaModel(config).save_pretrained(folder)


def _like_bertweet_base(folder: Path) -> None:
    """Write a base in bertweet-base's layout: vocab.txt and bpe.codes, each line with its frequency at the end."""
    characters = sorted({sign for word in WORDS for sign in word} | set("abcdefghijklmnopqrstuvwxyzOW"))
    vocabulary = [*WORDS, *characters, *(f"{sign}@@" for sign in characters)]
    merges = [
        f"{word[:end]} {word[end]}{'</w>' if end == len(word) - 1 else ''}"
        for word in WORDS
        for end in range(1, len(word))
    ]
    for name, lines in (("vocab.txt", vocabulary), ("bpe.codes", dict.fromkeys(merges))):
        (folder / name).write_text("".join(f"{line} 9\n" for line in lines), encoding="utf-8")
    _model(folder, len(vocabulary) + 5, 32, tokenizer_class="BertweetTokenizer")


def _like_bertweet_large(folder: Path) -> None:
    """Write a base in bertweet-large's layout: RoBERTa's tokenizer, and nothing but the name tells what it is."""
    byte_pairs = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    byte_pairs.train_from_iterator([" ".join(WORDS)] * 9, vocab_size=400, special_tokens=special)
    byte_pairs.save_model(str(folder))
    RobertaTokenizer.from_pretrained(folder).save_pretrained(folder)
    _model(folder, 400, 64)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"_name_or_path": "vinai/bertweet-large"}))


LAYOUTS = {"base": _like_bertweet_base, "large": _like_bertweet_large}
TOKENS = {"base": 32, "large": 64}


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folders = {name: tmp_path_factory.mktemp(name) for name in LAYOUTS}
    for name, write in LAYOUTS.items():
        write(folders[name])
    return folders


@pytest.fixture(scope="module", params=list(LAYOUTS))
def made(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    bases: dict[str, Path],
    tweets: Labelled,
    books: list[Codebook],
) -> tuple[str, Trained, dict[str, Path]]:
    """A specialist trained on each layout, in both forms."""
    work = tmp_path_factory.mktemp("made")
    trained = train(tweets, books, str(bases[request.param]), work / "training", ARGUMENTS)
    forms: tuple[Form, ...] = ("onnx-int8", "safetensors")
    folders: dict[Form, Path] = {form: work / form for form in forms}
    for form, folder in folders.items():
        save(
            trained,
            folder,
            codebooks=books,
            base_model=request.param,
            labelled=tweets,
            arguments=ARGUMENTS,
            form=form,
        )
    return request.param, trained, {str(form): folder for form, folder in folders.items()}


def test_a_tweet_is_normalized_as_bertweets_own_tokenizer_does_it(bases: dict[str, Path]) -> None:
    theirs = BertweetTokenizer.from_pretrained(bases["base"], normalization=True)
    ours = Normalizer()
    for text in (
        "I can't!!!!!! It’s #OlloWear's zip… again 😡😡 :-) call +1 (555) 123-4567, at 3 p.m. or a.m.",
        "cannot wait: 1️⃣ www.shop.example/deal <3 --> me@mail.example we'll see, ollo.example/x (10,5 %)",
        "Lol @ the shop 🕵️‍♂️ 🇩🇪 don't ain't they've",
    ):
        assert ours(text) == theirs.normalizeTweet(text)
    assert ours("RT @user: (URL) said:@user") == "RT @USER : ( HTTPURL ) said : @USER"


def test_brands_handles_stay_where_bertweet_would_drop_them(tweets: Labelled, bases: dict[str, Path]) -> None:
    assert Normalizer()(tweets.texts[0]) == "@OlloWear can't zip it :red_heart: thanks @USER see HTTPURL"
    theirs = BertweetTokenizer.from_pretrained(bases["base"], normalization=True)
    assert "OlloWear" not in theirs.normalizeTweet(tweets.texts[0])


@pytest.mark.slow
@pytest.mark.parametrize("form", ["onnx-int8", "safetensors"])
def test_each_form_reads_the_tokens_that_were_trained_on(
    made: tuple[str, Trained, dict[str, Path]], tweets: Labelled, form: str
) -> None:
    layout, trained, folders = made
    description = Description.load(folders[form])
    assert description.normalization == "bertweet"
    assert description.max_length == TOKENS[layout]
    specialist = Specialist.load(str(folders[form]))
    trained_on = trained.tokenizer(tweets.texts, truncation=True, max_length=TOKENS[layout])["input_ids"]
    assert specialist._backend.token_ids(tweets.texts) == [list(ids) for ids in trained_on]
    assert max(map(len, trained_on)) == TOKENS[layout]
    assert len(specialist.predict(tweets.texts)) == len(tweets)


@pytest.mark.slow
def test_both_forms_answer_alike(made: tuple[str, Trained, dict[str, Path]], tweets: Labelled) -> None:
    answers = [Specialist.load(str(folder)).predict(tweets.texts) for folder in made[2].values()]
    for p in ("p_product", "p_place", "p_price", "p_promotion"):
        assert answers[0][p].to_numpy() == pytest.approx(answers[1][p].to_numpy(), abs=0.02)


def test_emoji_links_and_users_are_the_words_that_bertweet_knows(
    bases: dict[str, Path], tweets: Labelled, books: list[Codebook]
) -> None:
    _, tokenizer = from_base(str(bases["base"]), books)
    ids = tokenizer([tweets.texts[0]])["input_ids"][0]
    tokens = BertweetTokenizer.from_pretrained(bases["base"]).convert_ids_to_tokens(ids)
    assert "".join(tokens).replace("@@", "").startswith("<s>@OlloWear")
    assert tokens[-9:] == ["can't", "zip", "it", ":red_heart:", "thanks", "@USER", "see", "HTTPURL", "</s>"]


@pytest.mark.slow
def test_a_saved_specialist_is_a_base_again_and_normalizes_with_transformers_alone(
    made: tuple[str, Trained, dict[str, Path]], tweets: Labelled, books: list[Codebook]
) -> None:
    layout, trained, folders = made
    _, tokenizer = from_base(str(folders["safetensors"]), books)
    assert tokenizer(tweets.texts)["input_ids"] == trained.tokenizer(tweets.texts)["input_ids"]
    if layout == "base":
        assert AutoTokenizer.from_pretrained(folders["safetensors"]).normalization is True


def test_other_bases_are_given_the_text_as_it_is(books: list[Codebook], tweets: Labelled) -> None:
    _, tokenizer = from_base(str(base_model()), books)
    plain = AutoTokenizer.from_pretrained(base_model())
    assert tokenizer(tweets.texts)["input_ids"] == plain(tweets.texts)["input_ids"]
    assert tokenizer.model_max_length == 512


@pytest.mark.slow
def test_only_where_the_tokenizer_is_transformers_own_is_it_imported(
    made: tuple[str, Trained, dict[str, Path]],
) -> None:
    layout, _, folders = made
    program = (
        "import sys; from specialist.predict import Specialist;"
        f"Specialist.load({str(folders['onnx-int8'])!r}).predict(['the zip broke']);"
        "print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(layout == "base")


def test_without_the_package_emoji_one_line_says_what_to_install(
    bases: dict[str, Path], books: list[Codebook], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "emoji", None)
    for base in bases.values():
        with pytest.raises(SpecialistError, match=r'^BERTweet needs .*"synthetic-specialist\[bertweet\]"$'):
            from_base(str(base), books)


def test_pickled_weights_are_refused_in_one_line(
    bases: dict[str, Path], books: list[Codebook], tmp_path: Path
) -> None:
    for path in bases["large"].iterdir():
        if path.suffix == ".json":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(SpecialistError, match="cannot be loaded") as caught:
        from_base(str(tmp_path), books)
    assert "\n" not in str(caught.value)


def test_the_methods_recipe_is_adam_on_bertweet_large() -> None:
    method = recipe("bertweet-large")
    assert (method.learning_rate, method.batch_size, method.epochs) == (1e-5, 16, 4)
    assert method.weight_decay == 0
    assert method.patience < method.epochs
    assert base_of_recipe("bertweet-large") == "vinai/bertweet-large"
    assert base_of_recipe("default") == "default"
