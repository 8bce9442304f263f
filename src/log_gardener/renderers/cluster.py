"""One cluster's section of the Markdown worklog."""

from log_gardener.model.cluster import Cluster, Entity, Location
from log_gardener.renderers.console_links import find_links
from log_gardener.renderers.markdown import code, code_block, count_of, escape, escape_title, spell_utc


def render_cluster(number: int, cluster: Cluster) -> str:
    """Facts, representative entries, analysis and relations."""
    return "\n\n".join(
        part
        for part in (
            f"## Cluster {number}: {escape_title(cluster.title)}",
            "\n".join(_facts(cluster)),
            _exemplars(cluster),
            "### Analysis\n\n" + "\n".join(f"- {escape(line)}" for line in cluster.analysis),
            _relations(cluster),
        )
        if part
    )


def _facts(cluster: Cluster) -> list[str]:
    arithmetic = "; ".join(f"{reason.points:+d} {escape(reason.why)}" for reason in cluster.reasons)
    return [
        f"**Frequency:** {cluster.frequency.title()} ({_occurrences(cluster)})  ",
        f"**Severity:** {cluster.severity}  ",
        f"**Priority:** {cluster.priority} ({cluster.score} points: {arithmetic})  ",
        f"**First Seen:** {spell_utc(cluster.first_nanos)}  ",
        f"**Last Seen:** {spell_utc(cluster.last_nanos)}  ",
        f"**Trend:** {cluster.trend} ({cluster.status})  ",
        f"**Revisions:** {_revisions(cluster)}  ",
        f"**Location:** {_locations(cluster.locations)}  ",
        *(f"**Affected {entity.kind}s:** {_entity(entity)}  " for entity in cluster.entities),
        *_logs(cluster),
        f"**Issue:** {code(cluster.id)}",
    ]


def _logs(cluster: Cluster) -> list[str]:
    """Where to look at the entries, if they say of which project they are."""
    links = find_links(cluster)
    named = (("Cloud Logging", links.logs), ("Error Reporting", links.errors))
    listed = ", ".join(f"[{name}]({address})" for name, address in named if address)
    return [f"**Logs:** {listed}  "] if listed else []


def _occurrences(cluster: Cluster) -> str:
    seen = count_of(cluster.occurrences, "occurrence")
    return seen if cluster.occurrences == cluster.count else f"{seen}, {cluster.count:,} entries"


def _exemplars(cluster: Cluster) -> str:
    shown = [f"Entry {code(one.insert_id or '?')}:\n\n{code_block(one.entry)}" for one in cluster.exemplars]
    heading = "### Representative Log Entry" if len(shown) == 1 else "### Representative Log Entries"
    return "\n\n".join([heading, *shown]) if shown else ""


def _relations(cluster: Cluster) -> str:
    lines = [
        f"- {row.kind} with {code(row.to)}: {escape(row.evidence)} ({row.strength:.0%})" for row in cluster.relations
    ]
    return "### Relations\n\n" + "\n".join(lines) if lines else ""


def _revisions(cluster: Cluster) -> str:
    named = [f"{code(row.name)} ({row.count:,}, from {spell_utc(row.first_nanos)})" for row in cluster.revisions]
    where = f", on {count_of(cluster.instances, 'instance')}" if cluster.instances else ""
    return (", ".join(named) or "not named by the entries") + where


def _locations(locations: tuple[Location, ...]) -> str:
    if not locations:
        return "unknown: the entries name no place in the application's code"
    by_place: dict[tuple[str, str], list[int]] = {}
    for location in locations:
        place = (location.file or location.module or "?", location.function or "")
        by_place.setdefault(place, []).extend([] if location.line is None else [location.line])
    return "; ".join(_place(place, function, lines) for (place, function), lines in by_place.items())


def _place(place: str, function: str, lines: list[int]) -> str:
    where = f" in {code(function)}" if function else ""
    at = f", line{'s' if len(lines) > 1 else ''} {', '.join(map(str, sorted(lines)))}" if lines else ""
    return f"{code(place)}{where}{at}"


def _entity(entity: Entity) -> str:
    listed = ", ".join(code(value) for value in entity.values)
    about = "" if entity.is_exact else "about "
    return listed if entity.distinct <= len(entity.values) else f"{about}{entity.distinct:,}, among them {listed}"
