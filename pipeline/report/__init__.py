"""A brand's report: one page to read, print and pass on, without the dashboard and without a network."""

from pipeline.report.page import check_file, covered, render

__all__ = ["check_file", "covered", "render"]
