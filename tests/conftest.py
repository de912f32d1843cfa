"""What many tests share: the bundled model, converted once, in both engines."""

from pathlib import Path

import pytest

from service.engines import Engine, load_engine
from service.models import Bundle, find_bundle
from service.settings import Settings


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
