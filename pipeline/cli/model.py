"""Commands that make and judge specialists: train, validate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import Quiet, reporter, show, show_json

if TYPE_CHECKING:
    import pandas as pd

    from specialist.codebook import Codebook
    from specialist.data import Labelled as LabelledTexts
    from specialist.train import Trained
    from specialist.training_arguments import TrainingArguments
    from specialist.training_run import Epoch

Labelled = Annotated[
    Path,
    typer.Argument(
        help="A CSV with a column `text` and the labels' columns, or a store's file of corrections.",
        metavar="LABELLED",
    ),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands to the app."""
    app.command(epilog="Example: `mmx train labelled.csv --recipe bertweet-large -o mine`")(train)
    app.command(epilog="Example: `mmx validate expert_labels.csv --specialist mine --json`")(validate)


def train(
    labelled: Labelled,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write the specialist to.")],
    base: Annotated[
        str | None,
        typer.Option(
            help="`default` (all-MiniLM-L6-v2), a folder, or a Hugging Face Hub id; if not given, the recipe's."
        ),
    ] = None,
    codebook: Annotated[
        list[str] | None,
        typer.Option(help="mmx, sentiment or a TOML file; by default those whose columns are there."),
    ] = None,
    recipe: Annotated[
        str,
        typer.Option(
            help="default, or bertweet-large: the method's settings and base, vinai/bertweet-large."
        ),
    ] = "default",
    learning_rate: Annotated[float | None, typer.Option(help="Instead of the recipe's.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's 16.")] = None,
    max_length: Annotated[int | None, typer.Option(min=8, help="Tokens after which a text is cut.")] = None,
    seed: Annotated[int | None, typer.Option(help="Fixes the split and the order of training.")] = None,
    teacher: Annotated[
        list[str] | None,
        typer.Option(help="A specialist whose probabilities are learned beside the labels; may be repeated."),
    ] = None,
    vector_share: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Learn to guess the vectors of teachers in safetensors too; the weight of that, such as 1.",
        ),
    ] = None,
    unlabelled: Annotated[
        Path | None,
        typer.Option(help="A CSV with a column `text`, on which only the teachers are learned from."),
    ] = None,
    safetensors: Annotated[
        bool, typer.Option("--safetensors", help="Write full precision instead of ONNX int8.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Fine-tune a base model on labelled tweets and write a complete specialist.

    The column of a codebook with several labels at once (mmx) is 0 or 1 for each label; of a single one
    (sentiment) it holds the label. An empty cell means: not labelled. Interrupted training goes on from the last
    whole epoch when the same command is given again.
    """
    from pipeline.brands import Catalogue
    from pipeline.cli.corrections import read_if_corrections
    from specialist.data import read_labelled
    from specialist.embedded import BASE_MODEL
    from specialist.predict import Specialist
    from specialist.train import train as fine_tune
    from specialist.training_arguments import base_of_recipe
    from specialist.training_arguments import recipe as chosen_recipe

    work = _work_folder(output)
    arguments = chosen_recipe(
        recipe,
        learning_rate=learning_rate,
        epochs=epochs,
        batch_size=batch_size,
        max_length=max_length,
        seed=seed,
        vector_share=vector_share,
    )
    base = base or base_of_recipe(recipe)
    source = read_if_corrections(labelled)
    books = _codebooks(codebook, source, labelled)
    handles = Catalogue.load().handles
    texts = read_labelled(source, books, handles)
    further = read_labelled(unlabelled, [], handles).texts if unlabelled else []
    teachers = [Specialist.load(name) for name in teacher or ()]
    progress = reporter(quiet)

    def show(epoch: Epoch) -> None:
        alphas = ", ".join(f"{name} {value:.3f}" for name, value in epoch.alphas.items())
        left = epoch.seconds * (arguments.epochs - epoch.number)
        progress.note(
            f"Epoch {epoch.number} of at most {arguments.epochs}: loss {epoch.loss:.3f}; validation alpha {alphas}; "
            f"{_duration(epoch.seconds)}, at most {_duration(left)} left"
        )

    def say_resumed(epochs: int) -> None:
        progress.note(f"Going on with the training that was interrupted, after epoch {epochs}")

    each_epoch = round(len(texts) * (1 - arguments.validation_share)) + len(further)
    with progress.stage("Train", each_epoch * arguments.epochs) as advance:
        trained = fine_tune(
            texts,
            books,
            base,
            work,
            arguments,
            advance,
            show,
            teachers=teachers,
            unlabelled=further,
            on_resume=say_resumed,
        )
    _write(
        trained, output, books, BASE_MODEL if base == "default" else base, texts, arguments, safetensors, work
    )
    progress.note(f"Specialist written to {output}; try: mmx validate {labelled} --specialist {output}")


def validate(
    labelled: Labelled,
    specialist: Annotated[
        str, typer.Option(help="`default`, a folder, or a Hugging Face Hub id.")
    ] = "default",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A folder to write report.md, report.json and plots.html to.",
            metavar="FOLDER",
        ),
    ] = None,
    baseline_train: Annotated[
        Path | None,
        typer.Option(
            help="Labelled texts to train TF-IDF + logistic regression on; else it is cross-validated on LABELLED."
        ),
    ] = None,
    votes: Annotated[
        list[Path] | None,
        typer.Option(
            help="Votes as `mmx vote` takes them, to compare each labeler too, by the column `id`; may be repeated."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of Markdown.")] = False,
    quiet: Quiet = False,
) -> None:
    """Compare a specialist with expert or held-out labels: alpha, F1, ROC AUC, calibration, confusion, worst mistakes.

    Figures have 95 % intervals, and stand beside those of simpler methods on the same texts.
    """
    from pipeline.brands import Catalogue
    from pipeline.cli.corrections import read_if_corrections
    from specialist.data import present, read_labelled, read_table
    from specialist.errors import SpecialistError
    from specialist.predict import Specialist
    from specialist.validation import validate as compare
    from specialist.validation.folder import make_folder, write_report
    from specialist.voting import read_votes

    model = Specialist.load(specialist)
    source = read_if_corrections(labelled)
    table = read_table(source) if isinstance(source, Path) else source
    books = present(table, model.codebooks)
    if not books:
        needed = ", ".join(column for book in model.codebooks for column in book.columns)
        raise SpecialistError(f"{labelled} has no columns of labels; there must be columns named {needed}")
    handles = Catalogue.load().handles
    texts = read_labelled(table, books, handles)
    training = None
    if baseline_train:
        further = read_table(baseline_train)
        known = present(further, books)
        if not known:
            raise SpecialistError(f"{baseline_train} has none of the columns of labels that {labelled} has")
        training = read_labelled(further, known, handles)
    cast = read_votes(votes) if votes else None
    if output:
        make_folder(output)
    progress = reporter(quiet)
    with progress.stage("Classify", len(texts)) as advance:
        report = compare(
            texts,
            model,
            advance,
            ids=table["id"].fillna("").tolist() if "id" in table.columns else [],
            baseline_training=training,
            votes=cast,
        )
    if as_json:
        show_json(report.to_json())
    else:
        show(report.to_markdown(detailed=True))
    if output:
        write_report(report, output)
        progress.note(f"report.md, report.json and plots.html written to {output}")


def _codebooks(names: list[str] | None, source: Path | pd.DataFrame, labelled: Path) -> list[Codebook]:
    from specialist.codebook import Codebook
    from specialist.data import present
    from specialist.errors import SpecialistError

    if names:
        return [Codebook.load(name) for name in names]
    found = present(source, [Codebook.load("mmx"), Codebook.load("sentiment")])
    if not found:
        raise SpecialistError(
            f"{labelled} has neither the columns product, place, price, promotion nor sentiment; name a --codebook"
        )
    return found


def _work_folder(output: Path) -> Path:
    """Return the folder for checkpoints beside the output; refuse an output that holds something else."""
    from specialist.errors import SpecialistError
    from specialist.folder import DESCRIPTION_FILE

    folder = output.absolute()
    if not folder.name:
        raise SpecialistError(f"{output} cannot be a specialist's folder; name a new one")
    work = folder.with_name(folder.name + ".training")
    is_taken = folder.exists() and not (
        folder.is_dir() and ((folder / DESCRIPTION_FILE).exists() or work.exists())
    )
    if is_taken and (folder.is_file() or any(folder.iterdir())):
        raise SpecialistError(f"{output} holds something else than a specialist; name a new folder")
    return work


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


def _write(
    trained: Trained,
    output: Path,
    books: list[Codebook],
    base: str,
    texts: LabelledTexts,
    arguments: TrainingArguments,
    safetensors: bool,
    work: Path,
) -> None:
    import shutil

    from specialist.model_card import write_card
    from specialist.save import Form, save

    form: Form = "safetensors" if safetensors else "onnx-int8"
    described = save(
        trained, output, codebooks=books, base_model=base, labelled=texts, arguments=arguments, form=form
    )
    sections = {
        "Limits": "Judged so far on its own validation part only; run `mmx validate` on texts it never saw."
    }
    write_card(output, output.name, described, sections, "other")
    shutil.rmtree(work)
