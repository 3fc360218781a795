"""The exception for what a user of this package can mend."""


class SpecialistError(ValueError):
    """A specialist, codebook or labelled file cannot be used; the message says why and what to do."""
