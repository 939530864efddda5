"""What went wrong, in one line for people."""


class Failure(Exception):
    """Ends the program with its text and exit code 1."""


def one_line(error: BaseException) -> str:
    """The error's text without line breaks."""
    return " ".join(str(error).split()) or type(error).__name__
