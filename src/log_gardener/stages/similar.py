"""What in a repository may speak of the same problem as an issue: candidates, which decide nothing."""

from collections.abc import Sequence

from log_gardener.model.ticket import Link, Neighbour, Subject

# From this cosine on two texts share more than the words of their field; found on pairs of titles by hand, see
# tests/unit/test_similar.py for what lies on either side.
LEAST_LIKENESS = 0.35

MOST_LINKS = 5

# Of a long text the beginning tells what it is about.
LONGEST_TEXT = 4_000

# Lengths of the pieces of words that are compared: names in code are written in many ways, their pieces are the same.
PIECES = (3, 5)


def find_links(subjects: Sequence[Subject], neighbours: Sequence[Neighbour]) -> dict[str, tuple[Link, ...]]:
    """By issue, the neighbours that are most like it, the most alike first.

    The cosine of TF-IDF vectors of character n-grams within words (Salton and Buckley, 1988), of the titles or of the
    whole texts, whichever is more.
    """
    if not subjects or not neighbours:
        return {}
    titles = _compare([one.issue.title for one in subjects], [one.title for one in neighbours])
    theirs = [f"{one.title}\n{one.text[:LONGEST_TEXT]}" for one in neighbours]
    texts = _compare([_tell(one) for one in subjects], theirs)
    found: dict[str, tuple[Link, ...]] = {}
    for subject, by_title, by_text in zip(subjects, titles, texts, strict=True):
        likeness = [max(pair) for pair in zip(by_title, by_text, strict=True)]
        ranked = sorted(range(len(neighbours)), key=lambda at: (-likeness[at], neighbours[at].reference))
        near = [at for at in ranked[:MOST_LINKS] if likeness[at] >= LEAST_LIKENESS]
        found[subject.issue.id] = tuple(_link(neighbours[at], likeness[at]) for at in near)
    return found


def _tell(subject: Subject) -> str:
    return "\n".join([subject.issue.title, *(template.text for template in subject.issue.templates)])[:LONGEST_TEXT]


def _link(neighbour: Neighbour, likeness: float) -> Link:
    return Link(neighbour.kind, neighbour.reference, neighbour.title, likeness)


def _compare(ours: Sequence[str], theirs: Sequence[str]) -> list[list[float]]:
    """How alike each of ours is to each of theirs, 0 to 1, to two digits."""
    # Half a second that no other command need wait for.
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=PIECES, sublinear_tf=True)
    vectors = vectorizer.fit_transform([*ours, *theirs])
    cosines = (vectors[: len(ours)] @ vectors[len(ours) :].T).toarray()
    return [[round(float(cosine), 2) for cosine in row] for row in cosines]
