"""Accounts, apps, the repository itself, its files, and the state of limits, over HTTP."""

import base64
from collections.abc import Callable
from typing import Any

from tests.fakes.github_accounts import App, Installation
from tests.fakes.github_contents import Node
from tests.fakes.github_errors import refuse, refuse_forbidden, refuse_not_found
from tests.fakes.github_paging import page
from tests.fakes.github_requests import ANY, PAGES, Answer, Member, Request, Route
from tests.fakes.github_views import Json, Views, show_time

# A file of more is shown without its content, one of more still is not shown at all.
LARGEST_SHOWN = 1024 * 1024
LARGEST = 100 * 1024 * 1024
LINE = 60


def get_user(request: Request) -> Answer:
    """Who asks; an app is nobody."""
    if request.token is None:
        refuse(401, "Requires authentication")
    if request.is_app:
        refuse_forbidden("Resource not accessible by integration")
    return Answer(body={**(Views(request).user(request.account) or {}), "name": request.account.login})


def get_account(request: Request) -> Answer:
    """Anybody."""
    account = request.world.accounts.get(request.places["login"].lower())
    if account is None:
        refuse_not_found()
    return Answer(body=Views(request).user(account))


def _app(request: Request) -> App:
    assert request.app is not None
    return request.app


def get_app(request: Request) -> Answer:
    """The app that signed."""
    return Answer(body=Views(request).app(_app(request)))


def _show_installation(request: Request, installation: Installation) -> Json:
    account = Views(request).user(installation.owner)
    return {
        "id": installation.id,
        "account": account,
        "app_id": installation.app.id,
        "app_slug": installation.app.slug,
        "target_id": installation.owner.id,
        "target_type": str(installation.owner.kind),
        "permissions": {**installation.permissions, "metadata": "read"},
        "repository_selection": "selected",
        "events": [],
        "access_tokens_url": f"{request.base}/app/installations/{installation.id}/access_tokens",
        "repositories_url": f"{request.base}/installation/repositories",
        "html_url": f"{request.world.web_url}/settings/installations/{installation.id}",
        "suspended_at": show_time(request.world.clock()) if installation.is_suspended else None,
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-01T00:00:00Z",
    }


def _own_installations(request: Request) -> list[Installation]:
    return [one for one in request.world.installations.values() if one.app.id == _app(request).id]


def list_installations(request: Request) -> Answer:
    """Where the app is installed."""
    return page(request, _own_installations(request), lambda one: _show_installation(request, one))


def get_installation(request: Request) -> Answer:
    """One installation."""
    return Answer(body=_show_installation(request, _find_installation(request)))


def _find_installation(request: Request) -> Installation:
    return _pick(request, lambda one: str(one.id) == request.places["id"])


def _pick(request: Request, is_meant: Callable[[Installation], bool]) -> Installation:
    found = next(filter(is_meant, _own_installations(request)), None)
    if found is None:
        refuse_not_found()
    return found


def get_repository_installation(request: Request) -> Answer:
    """The installation that reaches a repository."""
    number = request.repository.id
    return Answer(body=_show_installation(request, _pick(request, lambda one: number in one.repositories)))


def get_owner_installation(request: Request) -> Answer:
    """The installation of an organisation or a person."""
    login = request.places["login"].lower()
    return Answer(body=_show_installation(request, _pick(request, lambda one: one.owner.login.lower() == login)))


def make_token(request: Request) -> Answer:
    """A token of an installation, good for an hour."""
    installation = _find_installation(request)
    if installation.is_suspended:
        refuse_forbidden("This installation has been suspended")
    token = request.world.issue_token(installation, request.body.get("permissions") or {})
    body: Json = {
        "token": token.text,
        "expires_at": show_time(token.expires_at),
        "permissions": dict(token.permissions),
        "repository_selection": "selected",
    }
    return Answer(201, body)


def get_repository(request: Request) -> Answer:
    """The repository."""
    return Answer(body=Views(request).repository(request.repository, request.rights.role))


def _check_reference(request: Request, reference: str) -> None:
    repository = request.repository
    if not repository.files:
        refuse(409, "Git Repository is empty.")
    known = {repository.default_branch, "HEAD", repository.files.commit_sha, repository.files.tree_sha}
    if reference.removeprefix("refs/heads/") not in known:
        refuse_not_found()


def get_tree(request: Request) -> Answer:
    """A tree by the name of the branch, the commit, or its own; `recursive` by any value, as is documented."""
    files = request.repository.files
    _check_reference(request, request.places["sha"])
    nodes = list(files.walk()) if "recursive" in request.query else files.list_folder("")
    address = f"{Views(request).address(request.repository)}/git"
    body = {
        "sha": files.tree_sha,
        "url": f"{address}/trees/{files.tree_sha}",
        "tree": [_show_node(address, node) for node in nodes[: files.most_entries]],
        "truncated": len(nodes) > files.most_entries,
    }
    return Answer(body=body)


def _show_node(address: str, node: Node) -> Json:
    is_file = node.kind == "blob"
    body: Json = {
        "path": node.path,
        "mode": "100644" if is_file else "040000",
        "type": node.kind,
        "sha": node.sha,
        "url": f"{address}/{node.kind}s/{node.sha}",
    }
    return {**body, "size": node.size} if is_file else body


def _encode(content: bytes) -> str:
    text = base64.b64encode(content).decode()
    return "".join(f"{text[start : start + LINE]}\n" for start in range(0, len(text), LINE))


def get_blob(request: Request) -> Answer:
    """A file by its digest."""
    sha = request.places["sha"]
    content = request.repository.files.find_blob(sha)
    if content is None:
        refuse_not_found()
    address = f"{Views(request).address(request.repository)}/git/blobs/{sha}"
    body = {"sha": sha, "node_id": f"B_{sha}", "size": len(content), "url": address}
    return Answer(body={**body, "content": _encode(content), "encoding": "base64"})


def get_contents(request: Request) -> Answer:
    """A file with its content, or what is in a folder."""
    files, path = request.repository.files, request.places.get("path", "")
    if not files:
        refuse(404, "This repository is empty.")
    _check_reference(request, request.query.get("ref", request.repository.default_branch))
    content = files.find(path)
    folder, _, name = path.rpartition("/")
    nodes = [node for node in files.list_folder(folder) if node.name == name] if content is not None else None
    if nodes is not None and content is not None:
        return Answer(body=_show_file(request, nodes[0], content))
    inside = files.list_folder(path)
    if not inside:
        refuse_not_found()
    return Answer(body=[_show_entry(request, node) for node in inside])


def _show_file(request: Request, node: Node, content: bytes) -> Json:
    if node.size > LARGEST:
        refuse_forbidden("This API returns blobs up to 100 MB in size.")
    is_shown = node.size <= LARGEST_SHOWN
    inside = {"content": _encode(content) if is_shown else "", "encoding": "base64" if is_shown else "none"}
    return {**_show_entry(request, node), **inside}


def _show_entry(request: Request, node: Node) -> Json:
    repository = request.repository
    address = Views(request).address(repository)
    url = f"{address}/contents/{node.path}?ref={repository.default_branch}"
    page_of = f"{request.world.web_url}/{repository.full_name}/blob/{repository.default_branch}/{node.path}"
    git = f"{address}/git/{node.kind}s/{node.sha}"
    return {
        "name": node.name,
        "path": node.path,
        "sha": node.sha,
        "size": node.size,
        "url": url,
        "html_url": page_of,
        "git_url": git,
        "download_url": None,
        "type": "file" if node.kind == "blob" else "dir",
        "_links": {"self": url, "git": git, "html": page_of},
    }


def get_branch(request: Request) -> Answer:
    """The default branch, the only one that there is."""
    repository = request.repository
    if request.places["name"] != repository.default_branch or not repository.files:
        refuse(404, "Branch not found")
    sha = repository.files.commit_sha
    address = Views(request).address(repository)
    commit: dict[str, Any] = {
        "sha": sha,
        "url": f"{address}/commits/{sha}",
        "commit": {"tree": {"sha": repository.files.tree_sha}},
    }
    return Answer(body={"name": repository.default_branch, "commit": commit, "protected": False})


_PERMISSIONS = {
    "permissions": Member((dict,)),
    "repositories": Member((list,)),
    "repository_ids": Member((list,)),
}
_APPS = "apps/apps"
_GIT = "git/trees#get-a-tree"

ROUTES = (
    Route("GET", "user", get_user, "users/users#get-the-authenticated-user", needs=""),
    Route("GET", "users/{login}", get_account, "users/users#get-a-user", needs=""),
    Route("GET", "app", get_app, f"{_APPS}#get-the-authenticated-app", needs="app"),
    Route("GET", "app/installations", list_installations, _APPS, query=PAGES, needs="app"),
    Route("GET", "app/installations/{id}", get_installation, _APPS, needs="app"),
    Route(
        "POST",
        "app/installations/{id}/access_tokens",
        make_token,
        f"{_APPS}#create-an-installation-access-token-for-an-app",
        members=_PERMISSIONS,
        needs="app",
    ),
    Route("GET", "orgs/{login}/installation", get_owner_installation, _APPS, needs="app"),
    Route("GET", "users/{login}/installation", get_owner_installation, _APPS, needs="app"),
    Route("GET", "@/installation", get_repository_installation, _APPS, needs="app"),
    Route("GET", "@", get_repository, "repos/repos#get-a-repository"),
    Route("GET", "@/git/trees/{sha}", get_tree, _GIT, query={"recursive": ANY}),
    Route("GET", "@/git/blobs/{sha}", get_blob, "git/blobs#get-a-blob"),
    Route("GET", "@/branches/{name}", get_branch, "branches/branches#get-a-branch"),
    Route("GET", "@/contents", get_contents, "repos/contents", query={"ref": ANY}),
    Route("GET", "@/contents/{*path}", get_contents, "repos/contents#get-repository-content", query={"ref": ANY}),
)
