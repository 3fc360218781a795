"""What the dashboard reads of a specialist's validation."""

import json
import math

import pandas as pd

from dashboard import model_facts
from specialist.codebook import Codebook
from specialist.data import read_labelled
from specialist.predict import Specialist
from specialist.validation import validate


def test_a_validations_json_is_understood_even_where_alpha_cannot_be_computed() -> None:
    specialist = Specialist.load()
    texts = ["I love my lamp, great", "I hate my lamp, awful"]
    labels = pd.DataFrame({"text": texts, "sentiment": ["positive", "negative"]})
    report = validate(read_labelled(labels, [Codebook.load("sentiment")]), specialist)
    found = model_facts.tested({"two tweets": json.loads(report.to_json())["codebooks"]})["two tweets"][
        "sentiment"
    ]
    by_title = {one.title: one for one in found}
    assert math.isnan(by_title["Neutral"].alpha)
    assert by_title["Sentiment as a whole"].alpha == 1
    assert by_title["VADER instead"].texts == 2
