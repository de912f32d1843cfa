"""`interligne doctor`: what works on this host, and what to do about what does not."""

import argparse
import os
import platform
import socket
import tempfile
from collections.abc import Callable
from typing import Any

from service.cli.console import ERROR, OK
from service.cli.options import add_settings, settings_from
from service.errors import EngineFailed, FileFailed, InterligneError
from service.settings import Settings

KNOWN_SENTENCE, KNOWN_WORD = "Le président a parlé aux députés.", "president"
WIDTH = 13  # of the names of the checks


def add(commands: Any) -> None:
    """Add `interligne doctor`."""
    parser = commands.add_parser(
        "doctor",
        help="print what works on this host",
        epilog="exit codes: 0 all that is needed works, 1 something does not",
    )
    add_settings(parser, "model", "engine", "device", "host", "port", "open")
    add_settings(parser, "cache_dir", "data_dir", "database_url")
    parser.set_defaults(run=examine)


def examine(args: argparse.Namespace) -> int:
    """Print a line for each check, and below it what to do if it failed."""
    settings = settings_from(args)
    failed = [check for check in CHECKS if not told(check, settings)]
    return ERROR if failed else OK


def told(check: "Check", settings: Settings) -> bool:
    """Print what a check found; whatever it raises is a finding too."""
    name = check.__name__.replace("_", " ").ljust(WIDTH)
    try:
        print(f"ok    {name}{check(settings)}")
    except InterligneError as error:
        print(f"FAIL  {name}{error.message}")
        if error.hint:
            print(f"      {'':{WIDTH}}{error.hint}")
        return False
    except Exception as error:  # a library that cannot even be loaded, say
        print(f"FAIL  {name}{type(error).__name__}: {error}")
        return False
    return True


def python(_: Settings) -> str:
    """Tell which Python this is."""
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def libraries(settings: Settings) -> str:
    """Find the libraries of the engine.

    Raises:
        EngineFailed: one is not installed.
    """
    from service.engines.host import library_versions

    versions = library_versions(settings.engine)
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        raise EngineFailed(
            f"not installed: {', '.join(missing)}", hint=f"pip install {' '.join(missing)}"
        )
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def processor(settings: Settings) -> str:
    """Tell what the CPU is good at."""
    from service.engines.host import cpu_features, cpu_numbers

    architecture, features = cpu_features()
    fast = ", ".join(features) or "no fast instructions known"
    return f"{os.cpu_count()} cores, {architecture} ({fast}); computes {', '.join(cpu_numbers())}"


def cuda(settings: Settings) -> str:
    """Count the GPUs.

    Raises:
        EngineFailed: there is none, and the settings want one.
    """
    from service.engines.host import cuda_devices

    count = cuda_devices()
    if not count and settings.device == "cuda":
        raise EngineFailed("no device", hint="install NVIDIA's driver, or use --device auto")
    return f"{count} device(s)" if count else "no device; the CPU is used"


def model(settings: Settings) -> str:
    """Find the model and compare its files with what they must be.

    Raises:
        ModelError: it is missing, damaged or not one we can run.
    """
    from service.models import find_bundle, verify

    bundle = find_bundle(settings.model)
    verify(bundle)
    checked = "every file as recorded" if bundle.recorded else "no record to compare with"
    return f"{bundle.name}, {checked}, SHA-256 {bundle.sha256[:12]}"


def cache(settings: Settings) -> str:
    """Write to the cache.

    Raises:
        FileFailed: it cannot be done.
    """
    try:
        settings.cache_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.cache_dir):
            pass
    except OSError as error:
        raise FileFailed(
            f"{settings.cache_dir} cannot be written: {error.strerror}",
            hint="check its permissions, or name another in INTERLIGNE_CACHE_DIR",
        ) from error
    return f"{settings.cache_dir} can be written"


def translation(settings: Settings) -> str:
    """Load the model as the service does, and translate.

    Raises:
        ModelError: it cannot be loaded.
        EngineFailed: it cannot be run, or talks nonsense.
    """
    from service.pipeline import Wishes, load_pipeline

    pipeline = load_pipeline(settings)
    wishes = Wishes(summary_words=0, detect_language=False)
    english = pipeline.translate_article(KNOWN_SENTENCE, wishes).translation
    if KNOWN_WORD not in english.lower():
        raise EngineFailed(
            f"{KNOWN_SENTENCE!r} came out as {english!r}", hint="try another model or engine"
        )
    return f"{KNOWN_SENTENCE} -> {english} ({pipeline.engine.name})"


def database(settings: Settings) -> str:
    """Open the store and make sure that it can be written.

    Raises:
        StoreUnavailable: it cannot.
    """
    from service.store import open_store

    store = open_store(settings.store_url)
    try:
        store.check()
    finally:
        store.close()
    kind = store.url.partition(":")[0]
    where = "" if settings.database_url else f" in {settings.data_dir}"  # a URL has a password
    return f"{kind}{where} answers and can be written"


def address(settings: Settings) -> str:
    """Listen where the service will, for a moment.

    Raises:
        FileFailed: something else does, or it may not be done.
    """
    where = f"{settings.host}:{settings.port}"
    try:
        with socket.create_server((settings.host, settings.port), family=family_of(settings.host)):
            return f"{where} is free"
    except OSError as error:
        hint = "stop what listens there, or choose another --port"
        raise FileFailed(f"{where}: {error.strerror}", hint=hint) from error


def family_of(host: str) -> socket.AddressFamily:
    """Tell IPv6 from IPv4."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def access(settings: Settings) -> str:
    """Make sure that nobody is let in by accident.

    Raises:
        Unprotected: everybody would be.
    """
    from service.api.security import is_loopback, require_protection
    from service.store import open_store
    from service.store.keys import Keys

    keys = Keys(open_store(settings.store_url))
    require_protection(settings, keys.exist)
    if settings.open:
        return "open to everybody, as told"
    if keys.exist():
        return "keys are asked for"
    assert is_loopback(settings.host)
    return "this machine only, without keys"


Check = Callable[[Settings], str]
CHECKS: tuple[Check, ...] = (
    python,
    libraries,
    processor,
    cuda,
    model,
    cache,
    translation,
    database,
    address,
    access,
)
