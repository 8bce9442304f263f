"""What ties clusters together, as what a picture can show: grounds that they share, clusters, consequences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from log_gardener.model.cluster import Cluster, Symptom

MOST_NODES = 20
_MOST_SYMPTOMS = 5
_MOST_GROUNDS = 6

# What brought the clusters that share it, rather than only being there in all of them.
_BRINGING = frozenset({"shared revision"})


@dataclass(frozen=True, slots=True)
class Ground:
    """What clusters share: a revision, a user.

    Attributes:
        kind: as the relation has it.
        text: the evidence.
        members: ids of all clusters that share it, in order.
    """

    kind: str
    text: str
    members: tuple[str, ...]

    @property
    def is_cause(self) -> bool:
        """Whether it brought them."""
        return self.kind in _BRINGING


@dataclass(frozen=True, slots=True)
class Ties:
    """What a picture shows, and how much it leaves out.

    Attributes:
        symptoms: by cluster id, those that are shown.
        left_out: clusters with ties that have no place.
        grounds_left_out: what else clusters share.
    """

    clusters: tuple[Cluster, ...]
    grounds: tuple[Ground, ...]
    symptoms: dict[str, tuple[Symptom, ...]]
    left_out: int
    grounds_left_out: int

    def count_hidden(self, cluster: Cluster) -> int:
        """How many consequences of a cluster are not shown."""
        return len(cluster.symptoms) - len(self.symptoms[cluster.id])


def find_ties(clusters: Sequence[Cluster]) -> Ties:
    """The first clusters that have ties, those next to each other that share something."""
    listed = list_grounds(clusters)
    # What ties most together first.
    grounds = sorted(listed, key=lambda ground: -len(ground.members))[:_MOST_GROUNDS]
    tied = [one for one in clusters if one.symptoms or any(one.id in ground.members for ground in grounds)]
    shown: list[Cluster] = []
    symptoms: dict[str, tuple[Symptom, ...]] = {}
    room = MOST_NODES
    placed = set[int]()
    for cluster in _order(tied, grounds):
        own = cluster.symptoms[:_MOST_SYMPTOMS]
        new = {at for at, ground in enumerate(grounds) if cluster.id in ground.members} - placed
        room -= 1 + len(own) + len(new)
        if room < 0:
            break
        shown.append(cluster)
        symptoms[cluster.id] = own
        placed |= new
    kept = tuple(grounds[at] for at in sorted(placed))
    return Ties(tuple(shown), kept, symptoms, len(tied) - len(shown), len(listed) - len(kept))


def list_grounds(clusters: Iterable[Cluster]) -> list[Ground]:
    """What clusters share, each once, however many pairs it ties: equal evidence is one ground."""
    order = {cluster.id: number for number, cluster in enumerate(clusters)}
    members: dict[tuple[str, str], set[str]] = {}
    for cluster in clusters:
        for relation in cluster.relations:
            if relation.to in order:
                # Behind a semicolon stands what only one of the two shows.
                text = relation.evidence.partition(";")[0].removeprefix("both ")
                members.setdefault((relation.kind, text), set()).update((cluster.id, relation.to))
    found = [(kind, text, sorted(ids, key=order.__getitem__)) for (kind, text), ids in members.items()]
    return [
        Ground(kind, text, tuple(ids)) for kind, text, ids in sorted(found, key=lambda row: (order[row[2][0]], row))
    ]


def _order(clusters: Iterable[Cluster], grounds: Iterable[Ground]) -> Iterable[Cluster]:
    """The clusters as the worklog has them, each followed by those that share something with it."""
    by_id = {cluster.id: cluster for cluster in clusters}
    ordered: dict[str, Cluster] = {}
    for own in by_id:
        kin = [other for ground in grounds if own in ground.members for other in ground.members]
        for each in (own, *kin):
            ordered.setdefault(each, by_id[each])
    return ordered.values()
