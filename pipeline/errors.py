"""The exceptions that a command turns into a line on stderr and exit code 2."""


class InputError(ValueError):
    """What the user gave cannot be used; the message says why and what to do, in one line."""


class OlderStoreError(InputError):
    """The store is of an older schema version, which a run brings up to date."""
