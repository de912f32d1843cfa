"""What many tests share: the bundled model, converted once, in both engines, and databases."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.engines import Engine, load_engine
from service.models import Bundle, find_bundle
from service.settings import Settings
from service.store import Store, open_store
from tests.databases import PostgresServer, postgres_running


@pytest.fixture(scope="session", autouse=True)
def own_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory for the whole run, so that no test sees or touches the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("data")
        patch.setenv("INTERLIGNE_DATA_DIR", str(folder))
        yield folder


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A log that ends with the test: what it writes to is closed then."""
    yield
    root = logging.getLogger()
    for handler in [one for one in root.handlers if type(one) is logging.StreamHandler]:
        root.removeHandler(handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run."""
    with postgres_running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind, for one test alone."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create_database()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store on each kind of database."""
    store = open_store(database_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The model that comes with the program."""
    return find_bundle("fr-en")


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for the whole run, so that each model is converted once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def ct2_engine(bundle: Bundle, model_cache: Path) -> Engine:
    """The bundled model in CTranslate2."""
    return load_engine(bundle, Settings(engine="ct2", device="cpu", cache_dir=model_cache))


@pytest.fixture(scope="session")
def marian_engine(bundle: Bundle, model_cache: Path) -> Engine:
    """The bundled model in transformers."""
    return load_engine(bundle, Settings(engine="marian", device="cpu", cache_dir=model_cache))
