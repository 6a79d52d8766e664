"""Who may enter: each view names a permission, and the table says who holds it.

A row says who may come to the page at all. Whose things they then see is decided by the scopes in
each room's queries; somebody else's thing answers 404.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, redirect, request, url_for

from brokerage.actor import ANONYMOUS, Actor
from brokerage.errors import NotAllowed
from brokerage.web.access_table import ENDPOINTS, PERMISSIONS, Who, holds

View = TypeVar("View", bound=Callable[..., Any])


def access(permission: str) -> Callable[[View], View]:
    """Let in those whom the access table names for ``permission``.

    Others are asked to sign in, or, if they are, are told that this is not theirs (403).
    """
    who = PERMISSIONS[permission]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not permitted(actor(), who):
                return refused()
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def actor() -> Actor:
    """The person behind the present request."""
    found: Actor = g.get("actor", ANONYMOUS)
    return found


def may(permission: str) -> bool:
    """Whether the present person may come to pages with this permission: for links on pages."""
    return permitted(actor(), PERMISSIONS[permission])


def permitted(person: Actor, who: frozenset[Who]) -> bool:
    return any(holds(person, kind) for kind in who)


def refused() -> Any:
    """Send a stranger to sign in; tell a person that this is not theirs."""
    if actor().signed_in:
        raise NotAllowed("This page is for people with another role in the partnership.")
    if request.method == "GET":
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    return redirect(url_for("security.login"))


def guard_endpoint() -> Any:
    """Before each request: the views of libraries have no decorator, so the table names them."""
    who = ENDPOINTS.get(request.endpoint or "")
    if who is not None and not permitted(actor(), who):
        return refused()
    return None
