"""`interligne keys`: create, list and revoke API keys."""

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any

from service.cli.console import OK, say
from service.cli.options import add_settings, positive, settings_from
from service.store import open_store

if TYPE_CHECKING:  # SQLAlchemy is imported when it is needed
    from service.store.keys import Keys

COLUMNS = ("id", "state", "scopes", "per minute", "characters", "requests", "last used", "name")
WAY_BACK = "`interligne serve --open` (INTERLIGNE_OPEN=true) asks nobody"


def add(commands: Any) -> None:
    """Add `interligne keys` and its three actions."""
    parser = commands.add_parser(
        "keys",
        help="create, list and revoke API keys",
        epilog="From the first key on the service asks everybody for one, also after the last was "
        f"revoked; {WAY_BACK}.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a key and print it, once")
    create.add_argument("name", help="whose it is, for the list")
    create.add_argument(
        "--scopes", default="translate", help="translate, glossaries, admin; with commas between"
    )
    create.add_argument("--rate", type=positive, help="requests a minute; any number if not given")
    create.set_defaults(run=create_key)
    listing = actions.add_parser("list", help="every key, and what was done with it")
    listing.set_defaults(run=list_keys)
    revoke = actions.add_parser("revoke", help="make a key worthless, within seconds")
    revoke.add_argument("id", help="as `keys list` shows it")
    revoke.set_defaults(run=revoke_key)
    for action in (create, listing, revoke):
        add_settings(action, "data_dir", "database_url")


def create_key(args: argparse.Namespace) -> int:
    """Print a new key on standard output, and that it is the only time on standard error."""
    from service.store.keys import parse_scopes

    scopes = parse_scopes(args.scopes.replace(",", " ").split())
    keys = keys_of(args)
    is_first = not keys.exist()
    key, secret = keys.create(args.name, scopes, args.rate)
    print(secret)
    say(f"interligne: key {key.id} for {key.name}; keep it, for it cannot be shown again")
    if is_first:
        say("interligne: it is the first: from now on the service asks everybody for one, also one")
        say(f"  that runs already, and its page; {WAY_BACK}")
    return OK


def list_keys(args: argparse.Namespace) -> int:
    """Print a line for each key, columns parted by tabs."""
    print("\t".join(COLUMNS))
    for key in keys_of(args).list():
        state = "revoked" if key.revoked else "valid"
        rate = "any" if key.rate_per_minute is None else str(key.rate_per_minute)
        done = [str(key.characters), str(key.requests), moment(key.last_used)]
        print("\t".join([key.id, state, ",".join(sorted(key.scopes)), rate, *done, key.name]))
    return OK


def revoke_key(args: argparse.Namespace) -> int:
    """Revoke a key."""
    keys = keys_of(args)
    key = keys.revoke(args.id)
    say(f"interligne: key {key.id} for {key.name} is revoked")
    if all(one.revoked for one in keys.list()):
        say("interligne: no valid key is left, and the service lets nobody in without one;")
        say(f"  make another, or {WAY_BACK}")
    return OK


def keys_of(args: argparse.Namespace) -> "Keys":
    """Open the keys of the store that the settings name."""
    from service.store.keys import Keys

    return Keys(open_store(settings_from(args).store_url))


def moment(time: datetime | None) -> str:
    """Write a time to the minute, in UTC."""
    return "never" if time is None else f"{time:%Y-%m-%d %H:%M}"
