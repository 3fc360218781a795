"""Languages: English tweets stay in, tweets in other languages are flagged, and the figures are measured."""

import csv
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language import detect, is_language
from specialist.preprocess import preprocess

FOREIGN = """
de Ich warte seit 40 Minuten in der Hotline von @TeloraMobile, das ist doch kein Service mehr
de Endlich ist mein Paket da und die Jacke passt perfekt 😍 #neu
de Schon wieder teurer geworden, früher war das mal günstig
de Wer hat denn diese Werbung erfunden? Richtig gut!
de Filiale am Bahnhof macht zu, sehr schade https://t.co/abc
fr Mon colis est bloqué depuis lundi et personne ne répond @Zipcrate
fr Franchement ces baskets sont super confortables
fr Les prix ont encore grimpé, je vais voir ailleurs
fr J'adore la nouvelle pub avec le chien 🐶
fr Magasin fermé sans prévenir, merci bien
es La cafetería estaba llena pero el café, buenísimo ☕
es Mi paquete sigue sin llegar @Zipcrate, ¿alguien me ayuda?
es Han vuelto a subir los precios, así no se puede
es me encanta este anuncio jajaja
es La tienda del centro ya no tiene mi talla
pt Faz três dias que o aplicativo não abre, que absurdo
pt Esse café é o melhor da cidade ❤️
pt Os preços subiram de novo, não dá mais
pt Quem teve a ideia dessa propaganda? Genial
it Il pacco non è ancora arrivato e nessuno risponde al telefono
it Queste scarpe sono comodissime, le consiglio a tutti
it Prezzi alle stelle anche questo mese
it Che bella la nuova campagna con il cane
nl Mijn bestelling is nog steeds niet aangekomen @Zipcrate
nl Wat een lekkere koffie hier zeg
nl Alweer duurder, ik stap over naar een ander
nl De winkel op de hoek is helaas dicht
tr Kargom bir haftadır gelmedi, kimse telefona bakmıyor
tr Bu ayakkabı çok rahat, herkese tavsiye ederim
tr Yine zam gelmiş, artık almıyorum
id Paket saya belum datang juga, tolong dibantu dong
id Kopinya enak banget, tempatnya juga nyaman
id Harganya naik terus, jadi males beli lagi
sv Paketet har fortfarande inte kommit fram, så dåligt
pl Paczka nadal nie dotarła, a infolinia nie odpowiada
ru Посылка так и не пришла, никто не отвечает
ru Самый вкусный кофе в городе
uk Ціни знову зросли, більше не купуватиму
ar الطلب لم يصل حتى الآن ولا أحد يرد
ar أفضل قهوة في المدينة
fa بسته من هنوز نرسیده و کسی جواب نمی‌دهد
hi मेरा पार्सल अभी तक नहीं आया, कोई जवाब नहीं देता
hi यह कॉफी बहुत अच्छी है
ja 荷物がまだ届かないのですが… @Zipcrate
ja このコーヒー美味しい
ja また値上げですか
ko 택배가 아직도 안 왔어요
ko 커피 정말 맛있네요
zh 我的包裹到现在还没有到
th พัสดุยังไม่มาถึงเลย
el Το δέμα μου δεν έχει έρθει ακόμα
he החבילה שלי עדיין לא הגיעה
vi Đơn hàng của tôi vẫn chưa đến nơi
tl Hindi pa rin dumadating ang order ko, ang tagal naman
""".strip().splitlines()


@pytest.fixture(scope="module")
def english() -> list[str]:
    demo = Path(str(files("pipeline"))) / "data" / "demo_tweets.csv"
    with demo.open(encoding="utf-8", newline="") as handle:
        return [preprocess(row["text"]) for row in csv.DictReader(handle)]


@pytest.fixture
def print_figures(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    figures: list[str] = []
    yield figures
    with capsys.disabled():
        print("".join(f"\n  {figure}" for figure in figures))


def test_under_half_a_percent_of_english_tweets_is_flagged(
    english: list[str], print_figures: list[str]
) -> None:
    flagged = [text for text, code in zip(english, detect(english), strict=True) if code not in {"en", "und"}]
    print_figures.append(
        f"English demo tweets flagged as another language: {len(flagged)} of {len(english):,}"
    )
    assert len(flagged) < 0.005 * len(english), flagged


def test_nearly_all_tweets_in_other_languages_are_flagged(print_figures: list[str]) -> None:
    expected, texts = zip(*(line.split(" ", 1) for line in FOREIGN), strict=True)
    found = detect([preprocess(text) for text in texts])
    missed = [text for text, code in zip(texts, found, strict=True) if code in {"en", "und"}]
    right = sum(code == wanted for code, wanted in zip(found, expected, strict=True))
    print_figures.append(
        f"tweets in other languages flagged: {len(texts) - len(missed)} of {len(texts)}; named rightly: {right}"
    )
    assert len(missed) <= 0.04 * len(texts), missed
    assert right >= 0.9 * len(texts)


def test_at_least_5000_tweets_a_second(english: list[str], print_figures: list[str]) -> None:
    detect(english[:10])
    # Processor time, since other tests may run beside this one.
    start = time.process_time()
    detect(english)
    rate = len(english) / (time.process_time() - start)
    print_figures.append(f"languages told: {rate:,.0f} tweets a second")
    assert rate > 5_000


@pytest.mark.parametrize(
    "text", ["", "ok", "@user @user URL", "#winning 🎉🎉🎉", "😍😍", "lol no", "12345 67890 000"]
)
def test_too_few_letters_to_tell_are_undetermined(text: str) -> None:
    assert detect([text]) == ["und"]


def test_names_and_links_do_not_tell_a_language() -> None:
    text = "@LaTiendaDelCentro #buenosdias the parcel never arrived https://t.co/quetengasbuendia"
    assert detect([text]) == ["en"]


def test_codes_of_languages_are_told_from_those_of_none() -> None:
    assert is_language("es")
    assert not any(map(is_language, ["und", "qme", "zxx", "", None]))


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=())), max_size=5))
def test_any_text_has_an_answer(texts: list[str]) -> None:
    found = detect(texts)
    assert len(found) == len(texts)
    assert all(code == "und" or is_language(code) for code in found)
