"""The web application: a table of contents."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_wtf import CSRFProtect
from sqlalchemy import inspect
from sqlalchemy.orm import configure_mappers
from werkzeug.middleware.proxy_fix import ProxyFix

from brokerage import clock, paths
from brokerage.database import db, reading
from brokerage.demo.cast import cast
from brokerage.desks import views as desks
from brokerage.engagements import days_views
from brokerage.engagements import radar_views as radar
from brokerage.engagements import views as engagements
from brokerage.follow_ups import views as follow_ups
from brokerage.headships import buddy_views, own_views
from brokerage.headships import views as headships
from brokerage.leaders import views as leaders
from brokerage.messages import stopping_views
from brokerage.messages import views as messages
from brokerage.needs import views as needs
from brokerage.pairings import views as pairings
from brokerage.partnerships import views as partnerships
from brokerage.partnerships.queries import is_demo
from brokerage.people import demo_views as demo
from brokerage.people import sign_in
from brokerage.people import views as people
from brokerage.people.changes import last_change
from brokerage.schools import views as schools
from brokerage.settings import Settings, read_settings
from brokerage.specialisms import views as specialisms
from brokerage.upkeep import schema
from brokerage.web import access, addresses, errors, forms, headers, logs, pages

log = logging.getLogger("brokerage")

BLUEPRINTS = [
    desks.blueprint,
    follow_ups.blueprint,
    needs.blueprint,
    pairings.blueprint,
    people.blueprint,
    demo.blueprint,
    messages.blueprint,
    stopping_views.blueprint,
    schools.blueprint,
    engagements.blueprint,
    radar.blueprint,
    partnerships.blueprint,
    headships.blueprint,
    own_views.blueprint,
    buddy_views.blueprint,
    specialisms.blueprint,
    leaders.blueprint,
    days_views.blueprint,
]


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (by default, those of the environment)."""
    settings = settings or read_settings()
    app = Flask(
        "brokerage",
        template_folder=str(paths.templates()),
        static_folder=str(paths.static()),
        static_url_path="/static",
        instance_path=str(settings.instance),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        PUBLIC_URL=settings.public_url,
        SETTINGS=settings,
        MAX_CONTENT_LENGTH=120 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        # By this prefix a browser takes it from this very host alone, and over HTTPS alone.
        SESSION_COOKIE_NAME="__Host-session" if settings.https else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        WTF_CSRF_TIME_LIMIT=None,
        TEMPLATES_AUTO_RELOAD=False,
    )
    addresses.register(app)
    logs.register(app, settings.log_format)
    db.init_app(app)
    schema.register(app)
    CSRFProtect(app)
    errors.register(app)
    headers.register(app, https=settings.https)
    pages.register(app)
    sign_in.register(app)
    app.before_request(access.guard_endpoint)
    app.before_request(forms.require_form_key)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.jinja_env.globals["last_change"] = lambda thing: last_change(reading(), thing)
    app.jinja_env.globals["demo_people"] = lambda: cast(reading(), clock.today())
    configure_mappers()
    with app.app_context():
        note_demo(app)
    return app


def note_demo(app: Flask) -> None:
    """Ask the database whether this is a demo, where the clock may move and one may sign in as
    anybody. Called again once a demo has been loaded."""
    has_tables = inspect(db.engine).has_table("installation")
    app.config["DEMO"] = has_tables and is_demo(db.session())
    db.session.remove()
    settings: Settings = app.config["SETTINGS"]
    clock.allow_moving(settings.instance / "clock" if app.config["DEMO"] else None)


@contextmanager
def application(*, create: bool = False) -> Iterator[tuple[Flask, Settings]]:
    """The app, in its context, with a database that can be used (made, if ``create`` and there is
    none yet)."""
    settings = read_settings()
    if create:
        settings.instance.mkdir(parents=True, exist_ok=True)
    app = create_app(settings)
    with app.app_context():
        if create and schema.is_empty():
            schema.upgrade(clock.now())
            note_demo(app)
        schema.require_current()
        yield app, settings
