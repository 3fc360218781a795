"""Validation: how far a specialist agrees with expert or held-out labels, where it errs, and beside what else."""

from specialist.validation.compare import validate
from specialist.validation.report import Report

__all__ = ["Report", "validate"]
