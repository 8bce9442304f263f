"""Texts as people and logs write them into tickets: with markers, fences and line ends of every sort."""

from hypothesis import strategies as st

from log_gardener.stages.marker import mark_block, mark_comment

ISSUE, OTHER = "r1:0123456789abcdef0123456789abcdef", "r1:fedcba9876543210fedcba9876543210"

# What stands in our bodies, and what people paste of it.
PIECES = (
    "Seen by Ann as well.",
    "\n",
    "\n\n",
    "\r\n",
    "```",
    "~~~",
    "    indented",
    "> quoted",
    "<!--",
    "-->",
    "<details>",
    "- [x] done",
    "* [ ] open",
    "<!-- log-gardener end -->",
    "<!-- log-gardener block 0123456789abcdef0123456789abcdef -->",
    "<!-- log-gardener block 0123456789abcdef0123456789abcdef after 7 -->",
    f"<!-- log-gardener {ISSUE} -->",
    f"<!-- log-gardener {OTHER} -->",
    "<!-- log-gardener dashboard -->",
    "<!-- log-gardener comment escalated.3 -->",
    "état 保存 🔑",
    "\t",
    " ",
    "#12 fixes @ann",
)


def written() -> st.SearchStrategy[str]:
    """What logs or people write."""
    pieces = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
    return st.one_of(pieces, st.text(st.characters(codec="utf-8", exclude_characters="\x02\x03"), max_size=40))


def quoted() -> st.SearchStrategy[str]:
    """What people write around our block: also the whole text of another ticket of ours, pasted or quoted."""
    pasted = st.builds(mark_block, st.just(OTHER), written())
    told = st.builds(mark_comment, written(), st.just("escalated.3"))
    cited = pasted.map(lambda text: "\n".join(f"> {line}" for line in text.split("\n")))
    fenced = pasted.map(lambda text: f"```\n{text}\n```")
    return st.one_of(written(), pasted, told, cited, fenced)
