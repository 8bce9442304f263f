import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy import terraform
from tests.deploy.dockerfiles import find_last
from tests.deploy.terraform import EXAMPLES, MODULES, TERRAFORM, Folder, parse, read
from tests.docs.pages import ROOT

FOLDERS = [*MODULES, *EXAMPLES]

# Every role that a module grants, and where. Whoever adds one adds it here, where it is seen.
GRANTS = {
    "sink": {("storage bucket", "roles/storage.objectCreator")},
    "hourly": {
        ("cloud run v2 job", "roles/run.invoker"),
        ("project", "roles/cloudsql.client"),
        ("project", "roles/logging.viewer"),
        ("secret manager secret", "roles/secretmanager.secretAccessor"),
        ("storage bucket", "roles/storage.objectUser"),
        ("storage bucket", "roles/storage.objectViewer"),
    },
    "dataflow": {
        ("artifact registry repository", "roles/artifactregistry.reader"),
        ("project", "custom conductor"),
        ("project", "custom launcher"),
        ("project", "roles/dataflow.worker"),
        ("service account", "roles/iam.serviceAccountUser"),
        ("storage bucket", "roles/storage.objectAdmin"),
        ("storage bucket", "roles/storage.objectViewer"),
    },
}

# What the roles permit that a module makes itself.
PERMISSIONS = {
    "sink": {},
    "hourly": {},
    "dataflow": {
        "conductor": {
            "dataflow.jobs.cancel",
            "dataflow.jobs.create",
            "dataflow.jobs.get",
            "dataflow.jobs.list",
            "dataflow.messages.list",
            "dataflow.metrics.get",
        },
        "launcher": {"dataflow.jobs.create"},
    },
}


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.fixture(params=FOLDERS, ids=name)
def folder(request: pytest.FixtureRequest) -> Folder:
    return read(request.param)


def find_outputs(path: Path) -> dict[str, set[str]]:
    """The outputs of each module that a folder calls, by the name of the call."""
    calls = read(path).find("module")
    called = {call.labels[0]: read((path / call.find("source")).resolve()) for call in calls}
    return {label: {output.labels[0] for output in module.find("output")} for label, module in called.items()}


@pytest.mark.parametrize("path", FOLDERS, ids=name)
def test_whatever_is_referred_to_is_declared(path: Path) -> None:
    folder = read(path)

    assert terraform.find_references(folder)
    assert terraform.find_lost_references(folder, find_outputs(path)) == set()


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("output a { value = var.regoin }", {"var.regoin"}),
        ('output a { value = "gs://${local.bucket}/" }', {"local.bucket"}),
        ("output a { value = [for one in var.many : one] }", {"var.many"}),
        ("output a { value = module.sink.bucket }", {"module.sink.bucket"}),
        ('resource "google_sql_user" "a" { instance = google_sql_database_instance.b.name }', {
            "google_sql_database_instance.b"
        }),
        ("output a { value = ephemeral.random_password.b.result }", {"ephemeral.random_password.b"}),
        ('output a { value = "resource.labels.job_name" }', set()),
    ],
)  # fmt: skip
def test_what_is_declared_nowhere_is_found(text: str, lost: set[str]) -> None:
    assert terraform.find_lost_references(parse(text + "\n")) == lost


def test_every_variable_is_used(folder: Folder) -> None:
    assert terraform.find_unused(folder) == set()


def test_a_variable_that_only_checks_itself_is_not_used() -> None:
    text = 'variable "a" {\n  validation {\n    condition = var.a > 1\n    error_message = "no"\n  }\n}\n'

    assert terraform.find_unused(parse(text)) == {"var.a"}


def test_every_variable_and_output_says_what_it_is(folder: Folder) -> None:
    assert terraform.find_undescribed(folder) == set()


def test_a_variable_without_a_type_is_found() -> None:
    assert terraform.find_undescribed(parse('variable "a" {\n  description = "b"\n}\n')) == {"a"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_grants_what_stands_in_the_list_and_nothing_else(path: Path) -> None:
    assert terraform.find_grants(read(path)) == GRANTS[path.name]
    assert terraform.find_permissions(read(path)) == PERMISSIONS[path.name]


def test_no_role_is_one_that_may_do_everything() -> None:
    roles = {role for grants in GRANTS.values() for _, role in grants}

    assert not [role for role in roles if re.fullmatch(r"roles/(owner|editor|viewer)|.*\.admin", role)]


def test_no_role_for_something_else_reads_every_bucket_of_the_project(folder: Folder) -> None:
    assert terraform.find_wide_readers(folder) == set()


@pytest.mark.parametrize("condition", ["", 'condition {\n  title = "a"\n  expression = "true"\n}\n'])
def test_a_worker_that_reads_every_bucket_is_found(condition: str) -> None:
    text = f'resource "google_project_iam_member" "a" {{\n  role = "roles/dataflow.worker"\n{condition}}}\n'

    assert terraform.find_wide_readers(parse(text)) == {"google_project_iam_member.a"}


def test_an_example_grants_nothing_itself() -> None:
    assert [path for path in EXAMPLES if read(path).find("resource")] == []


def test_a_role_in_a_whole_project_says_why(folder: Folder) -> None:
    assert terraform.find_unexplained(folder) == set()


def test_a_role_in_a_whole_project_without_a_comment_is_found() -> None:
    text = 'resource "google_project_iam_member" "a" {\n  role = "roles/owner"\n}\n'

    assert terraform.find_unexplained(parse(text)) == {"a"}
    assert terraform.find_grants(parse(text)) == {("project", "roles/owner")}


def test_nothing_is_granted_to_everybody_or_in_place_of_what_others_granted(folder: Folder) -> None:
    assert terraform.find_broad_grants(folder) == set()


@pytest.mark.parametrize(
    "text",
    [
        'resource "google_project_iam_binding" "a" {\n  role = "roles/logging.viewer"\n}\n',
        'resource "google_storage_bucket_iam_member" "a" {\n  member = "allUsers"\n}\n',
    ],
)
def test_what_is_granted_to_everybody_is_found(text: str) -> None:
    assert terraform.find_broad_grants(parse(text)) != set()


def test_no_secret_is_in_the_state_or_among_plain_variables(folder: Folder) -> None:
    assert terraform.find_shown_secrets(folder) == set()


@pytest.mark.parametrize(
    "text",
    [
        'resource "google_sql_user" "a" {\n  password = var.password\n}\n',
        'resource "google_secret_manager_secret_version" "a" {\n  secret_data = "b"\n}\n',
        'resource "random_password" "a" {\n  length = 32\n}\n',
        'resource "google_cloud_run_v2_job" "a" {\n  env {\n    name = "LOG_GARDENER_STATE"\n    value = "b"\n  }\n}\n',
        'resource "google_cloud_run_v2_job" "a" {\n  env {\n    name = "GITHUB_TOKEN"\n    value = "b"\n  }\n}\n',
    ],
)
def test_a_secret_that_would_be_seen_is_found(text: str) -> None:
    assert terraform.find_shown_secrets(parse(text)) != set()


@pytest.mark.parametrize("secret", ["STATE", "REDACTION_KEY", "SERVE_TOKEN", "GITHUB__TOKEN", "GITHUB__APP_KEY"])
def test_a_secret_is_no_setting_of_the_job(secret: str) -> None:
    (settings,) = [
        block for block in read(TERRAFORM / "modules" / "hourly").find("variable") if block.labels == ("settings",)
    ]
    (condition,) = [check["condition"] for check in settings.body["validation"]]
    (wanted, refused) = re.findall(r'regex\("([^"]+)"', condition)

    assert re.search(wanted, secret)
    assert re.search(refused, secret)
    assert not re.search(refused, "TICKETS__MOST_NEW")


def test_the_job_may_write_worklogs_as_the_user_of_its_image() -> None:
    """A bucket that is mounted is root's, unless it is said whose."""
    user, group = find_last((ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8"), "USER").split(":")
    (options,) = re.findall(r"mount_options += (\[.+\])", read(TERRAFORM / "modules" / "hourly").text)

    assert json.loads(options) == [f"uid={user}", f"gid={group}"]


def test_buckets_are_closed_and_forget(folder: Folder) -> None:
    assert terraform.find_open_buckets(folder) == set()


def test_a_bucket_that_could_be_opened_is_found() -> None:
    text = 'resource "google_storage_bucket" "a" {\n  public_access_prevention = "inherited"\n}\n'

    assert terraform.find_open_buckets(parse(text)) == {"google_storage_bucket.a"}


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_an_example_gives_each_module_what_it_takes(path: Path) -> None:
    calls = read(path).find("module")

    assert calls
    for call in calls:
        assert terraform.find_wrong_arguments(call, read((path / call.find("source")).resolve())) == set()


def test_a_missing_and_an_unknown_argument_are_found() -> None:
    module = parse('variable "project" {\n  type = string\n}\nvariable "name" {\n  default = ""\n}\n')
    (call,) = parse('module "a" {\n  source = "./b"\n  regoin = "c"\n}\n').find("module")

    assert terraform.find_wrong_arguments(call, module) == {"project", "regoin"}


def test_every_provider_is_bound_to_releases(folder: Folder) -> None:
    (block,) = folder.find("terraform")
    providers = {name: row for rows in block.body["required_providers"] for name, row in rows.items() if name[0] != "_"}
    used = {block.labels[0].partition("_")[0] for block in folder.blocks if block.kind in {"resource", "ephemeral"}}

    assert used <= set(providers)
    bound = re.compile(r'"(~> [\d.]+|>= [\d.]+, < [\d.]+)"')
    assert [name for name, row in providers.items() if not bound.fullmatch(str(row["version"]))] == []
    assert block.find("required_version")


def test_no_state_and_no_plan_is_in_the_repository() -> None:
    made = (".tfstate", ".tfstate.backup", ".tfplan", ".tfvars", ".lock.hcl")

    assert [path for path in TERRAFORM.rglob("*") if path.name.endswith(made)] == []


def test_files_are_laid_out_as_terraform_would() -> None:
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed")
    # The configuration of who runs the tests is none of ours, and may be broken.
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": "", "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        [program, "fmt", "-check", "-recursive", "-diff", str(TERRAFORM)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
