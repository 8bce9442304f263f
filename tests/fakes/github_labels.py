"""The labels of a repository on the fake GitHub: found by name whatever its case, and known by their ids."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fakes.github_state import Label

if TYPE_CHECKING:
    from tests.fakes.github_world import World


class LabelShelf:
    """All labels of one repository."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._labels: dict[int, Label] = {}
        self._by_name: dict[str, int] = {}
        self._former: dict[int, Label] = {}

    def find(self, name: str) -> Label | None:
        """The label of that name."""
        number = self._by_name.get(name.casefold())
        return None if number is None else self._labels[number]

    def get(self, number: int) -> Label:
        """A label by its id, deleted ones too."""
        return self._labels.get(number) or self._former[number]

    def list_all(self) -> list[Label]:
        """All of them, by name."""
        return sorted(self._labels.values(), key=lambda label: label.name.casefold())

    def list_some(self, numbers: Iterable[int]) -> list[Label]:
        """Those of these ids that are still there, in their order."""
        return [self._labels[number] for number in numbers if number in self._labels]

    def add(self, name: str, color: str = "ededed", description: str | None = None) -> Label:
        """Make one, whose name nothing else has."""
        self._world.touch()
        label = Label(self._world.next_id(), name, color, description)
        self._labels[label.id] = label
        self._by_name[name.casefold()] = label.id
        return label

    def ensure(self, name: str) -> Label:
        """The label of that name, made if it is not there."""
        return self.find(name) or self.add(name)

    def change(self, label: Label, **members: Any) -> Label:
        """Change one; it stays on its issues."""
        self._world.touch()
        changed = self._labels[label.id] = replace(label, **members)
        del self._by_name[label.name.casefold()]
        self._by_name[changed.name.casefold()] = label.id
        return changed

    def delete(self, name: str) -> Label:
        """Take one away.

        Raises:
            KeyError: there is none of that name.
        """
        self._world.touch()
        number = self._by_name.pop(name.casefold())
        label = self._former[number] = self._labels.pop(number)
        return label
