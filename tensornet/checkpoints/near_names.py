"""Names that someone may have meant."""
import difflib


def nearest(name, candidates):
    """Returns up to three of the candidates that resemble a name, the most similar first."""
    return difflib.get_close_matches(name, candidates)
