"""The program of the Flex Template: a job of one worker, which conducts those that read.

A template's program may not wait for its job, which Dataflow starts when the program has ended. But somebody waits for
the readers, judges what they bring in, and commits it once. That is the template's job: its one worker calls
`log-gardener tend --engine beam`, which starts the readers as a job of their own, and as an account that knows neither
the state nor any other secret.
"""

import logging
import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.cloud.secretmanager import SecretManagerServiceClient

PASSED_ON = ("since", "until", "service", "severity", "input")
"""Parameters that are options of `tend`, by the same names."""

SECRETS = {
    "state_secret": "LOG_GARDENER_STATE",
    "redaction_key_secret": "LOG_GARDENER_REDACTION_KEY",
    "github_key_secret": "LOG_GARDENER_GITHUB__APP_KEY",
}
"""Parameters that name secrets, and in which variable `tend` looks for what they hold."""

INHERITED = ("project", "region", "temp_location", "sdk_container_image")
"""Options that the readers' job has from this one, unless `reader_options` says otherwise."""

REQUIRED = ("sources", "output", "state_secret", "reader_account")
"""Parameters without which there is no run."""

OPTIONAL = (*PASSED_ON, "config", "redaction_key_secret", "github_key_secret", "apply", "reader_options")
"""Parameters that may be left out, or be empty."""


def make_parser() -> ArgumentParser:
    """A parser of what the template takes; all else is Beam's."""
    parser = ArgumentParser(allow_abbrev=False)
    for name in REQUIRED:
        parser.add_argument(f"--{name}", required=True)
    for name in OPTIONAL:
        parser.add_argument(f"--{name}", default="")
    return parser


def find_reader_options(given: Mapping[str, str], inherited: Mapping[str, object]) -> dict[str, str]:
    """Options of the readers' job by name.

    Raises:
        ValueError: one has no value.
    """
    # All that readers need is in their image.
    options = {"runner": "DataflowRunner", "sdk_location": "container"}
    options |= {name: str(inherited[name]) for name in INHERITED if inherited.get(name)}
    for spelt in given["reader_options"].split():
        name, equals, value = spelt.partition("=")
        if not name or not equals:
            msg = f"reader_options: {spelt} has no value; give NAME=VALUE, separated by spaces"
            raise ValueError(msg)
        options[name] = value
    return options | {"service_account_email": given["reader_account"]}


def make_command(given: Mapping[str, str], readers: Mapping[str, str], folder: Path) -> list[str]:
    """The call of `tend`, which keeps its files in the folder."""
    # By this Python: Beam puts its workers into an environment of its own, where PATH may know no log-gardener.
    command = [sys.executable, "-m", "log_gardener", "tend", *given["sources"].split(), "--engine", "beam"]
    for name, value in readers.items():
        command += ["--beam", f"{name}={value}"]
    command += [f"--{name}={given[name]}" for name in PASSED_ON if given[name]]
    command += [f"--output={folder / 'worklogs'}/"]
    if given["config"]:
        command += [f"--config={folder / 'log-gardener.toml'}"]
    return command if given["apply"] != "true" else [*command, "--apply"]


def make_secret_client() -> "SecretManagerServiceClient":
    """Secret Manager, as whoever this worker is."""
    from google.cloud.secretmanager import SecretManagerServiceClient  # noqa: PLC0415 - workers only

    return SecretManagerServiceClient()


def read_secrets(given: Mapping[str, str]) -> dict[str, str]:
    """What the named secrets hold, by the variable in which `tend` looks for it."""
    client = make_secret_client()
    return {
        variable: client.access_secret_version(name=given[name]).payload.data.decode().strip()
        for name, variable in SECRETS.items()
        if given[name]
    }


def conduct(given: Mapping[str, str], readers: Mapping[str, str]) -> None:
    """Tend the garden, and bring its worklogs to where they are asked for.

    Raises:
        RuntimeError: `tend` failed; Dataflow then tries again, and nothing is counted twice.
    """
    with TemporaryDirectory(prefix="garden-") as name:
        folder = Path(name)
        if given["config"]:
            _fetch(given["config"], folder / "log-gardener.toml")
        last, code = _run(make_command(given, readers, folder), read_secrets(given))
        for path in sorted((folder / "worklogs").rglob("*")):
            if path.is_file():
                _bring(path, f"{given['output'].rstrip('/')}/{path.relative_to(folder / 'worklogs')}")
    if code:
        msg = f"log-gardener tend ended with exit code {code}: {last}"
        raise RuntimeError(msg)


def _run(command: Sequence[str], secrets: Mapping[str, str]) -> tuple[str, int]:
    """The last line that it said, and how it ended; all lines go to the worker's log as they come."""
    last = ""
    # Secrets go by the environment: whoever lists processes, or looks at the job, sees the command.
    with subprocess.Popen(  # noqa: S603 - the command is our own, and no shell reads it
        command,
        env={**os.environ, **secrets},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            last = line.strip() or last
            logging.getLogger("log-gardener").info("%s", line.rstrip())
    return last, process.returncode


def _fetch(address: str, path: Path) -> None:
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415 - workers only

    with FileSystems.open(address) as file:
        path.write_bytes(file.read())


def _bring(path: Path, address: str) -> None:
    from apache_beam.io.filesystems import FileSystems  # noqa: PLC0415 - workers only

    with FileSystems.create(address) as file:
        file.write(path.read_bytes())


def launch(arguments: Sequence[str]) -> None:
    """Hand the pipeline to the runner, and do not wait.

    Raises:
        SystemExit: a parameter is missing.
        ValueError: an option of the readers has no value.
    """
    import apache_beam as beam  # noqa: PLC0415 - seconds, and not needed to read what the template takes
    from apache_beam.options.pipeline_options import PipelineOptions  # noqa: PLC0415 - likewise

    parsed, rest = make_parser().parse_known_args(arguments)
    given = vars(parsed)
    options = PipelineOptions(rest)
    readers = find_reader_options(given, options.get_all_options())
    pipeline = beam.Pipeline(options=options)
    _ = pipeline | "one" >> beam.Create([given], reshuffle=False) | "tend" >> beam.Map(conduct, readers)
    pipeline.run()


if __name__ == "__main__":
    logging.getLogger().setLevel(logging.INFO)
    launch(sys.argv[1:])
