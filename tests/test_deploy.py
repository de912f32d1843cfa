"""The Dockerfile, the compose file and the Kubernetes manifest, against the program they run."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from service import cli, models
from service.api import create_app
from service.engines.ct2 import QUANTISATION
from service.models import Bundle
from service.settings import Settings
from tests.fakes import scripted_pipeline

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
DEPLOY = ROOT / "scripts" / "deploy"
USER = 10001
PREFIX = "INTERLIGNE_"
WRITTEN = {"/tmp", "/var/lib/interligne"}


def stages() -> dict[str, list[str]]:
    """List the instructions of each stage of the Dockerfile, lines joined and comments left out."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE)
    found: dict[str, list[str]] = {}
    for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines():
        if line.startswith("FROM "):
            _, base, _, name = line.split()
            found[name] = list(found.get(base, []))
        elif line:
            found[name].append(line)
    return found


def environment(instructions: list[str]) -> dict[str, str]:
    """Read the environment that a stage ends with."""
    lines = (line.removeprefix("ENV ") for line in instructions if line.startswith("ENV "))
    return dict(pair.split("=", 1) for line in lines for pair in line.split())


def compose() -> Any:
    """Read the compose file."""
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def kubernetes() -> list[Any]:
    """Read every document of the manifest."""
    return list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))


def container() -> Any:
    """Find the container of the manifest."""
    return kubernetes()[0]["spec"]["template"]["spec"]["containers"][0]


def open_routes() -> set[str]:
    """List the paths that can be read."""
    paths = create_app(scripted_pipeline()).openapi()["paths"]
    return {path for path, methods in paths.items() if "get" in methods}


@pytest.mark.parametrize("target", ["cpu", "cuda"])
def test_an_image_runs_as_nobody_with_settings_that_exist(target: str) -> None:
    """A misspelt variable would be ignored in silence, and root is asking for trouble."""
    instructions = stages()[target]
    assert [line for line in instructions if line.startswith("USER ")][-1] == f"USER {USER}"
    variables = environment(instructions)
    ours = {name.removeprefix(PREFIX).lower() for name in variables if name.startswith(PREFIX)}
    assert ours <= set(Settings.model_fields)
    settings = Settings(
        host=variables["INTERLIGNE_HOST"],
        log_format=variables["INTERLIGNE_LOG_FORMAT"],
        device=variables.get("INTERLIGNE_DEVICE", "auto"),
    )
    assert f"EXPOSE {settings.port}" in instructions


@pytest.mark.parametrize("target", ["cpu", "cuda"])
def test_an_image_holds_a_converted_model_and_asks_no_hub(target: str) -> None:
    """So its root file system can be read-only: the last steps convert, as the user that reads."""
    user, convert, offline = stages()[target][-3:]
    assert user.startswith("USER")
    assert convert == 'RUN interligne models convert "$INTERLIGNE_MODEL"'
    assert offline == "ENV HF_HUB_OFFLINE=1"
    assert "ARG MODEL=fr-en" in stages()[target]
    assert environment(stages()[target])["INTERLIGNE_MODEL"] == "$MODEL"
    assert environment(stages()[target])["HF_HOME"].startswith("/var/cache/interligne/")


def test_the_cuda_image_converts_for_its_gpu(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The variable that the image sets before is what makes the difference."""

    def convert(bundle: Bundle, cache_dir: Path, quantisation: str) -> str:
        return quantisation

    monkeypatch.setattr(models, "convert", convert)
    for target in ("cpu", "cuda"):
        device = environment(stages()[target]).get("INTERLIGNE_DEVICE", "auto")
        monkeypatch.setenv("INTERLIGNE_DEVICE", device)
        assert cli.main(["models", "convert", "fr-en"]) == cli.OK
        assert capsys.readouterr().out.strip() == QUANTISATION[target]


def test_the_extras_that_the_images_install_exist() -> None:
    """PostgreSQL's driver and the exporter are in every image, NVIDIA's libraries in one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        extra for found in re.findall(r"\)\[(.+?)\]", DOCKERFILE) for extra in found.split(",")
    }
    assert wanted == {"cuda", "otel", "postgresql"}
    assert wanted <= set(project["optional-dependencies"])


def test_the_command_and_the_probe_of_the_image_exist() -> None:
    """What runs is what is installed."""
    command = re.findall(r'^CMD \["interligne", "(\w+)"\]', DOCKERFILE, flags=re.MULTILINE)
    assert cli.build_parser().parse_args(command).run is not None
    (probed,) = re.findall(r"127\.0\.0\.1:\d+(/\w+)", DOCKERFILE)
    assert probed in open_routes()


def test_compose_runs_the_image_read_only_beside_its_database() -> None:
    """Nothing but what is said to be written can be, and the database is there before."""
    services = compose()["services"]
    ours, database = services["interligne"], services["database"]
    assert ours["build"]["target"] in stages()
    assert (DEPLOY / ours["build"]["context"] / "Dockerfile").resolve() == ROOT / "Dockerfile"
    assert set(ours["build"]["args"]) == {"MODEL"}
    assert ours["read_only"] is True
    assert {mount.partition(":")[0] for mount in ours["tmpfs"]} == WRITTEN
    assert ours["cap_drop"] == ["ALL"]
    assert ours["depends_on"]["database"]["condition"] == "service_healthy"
    assert "healthcheck" in database
    assert set(compose()["volumes"]) == {database["volumes"][0].partition(":")[0]}
    url = ours["environment"]["INTERLIGNE_DATABASE_URL"]
    assert url.startswith("postgresql://interligne:${DATABASE_PASSWORD")
    assert url.endswith("@database/interligne")
    assert database["environment"]["POSTGRES_USER"] == database["environment"]["POSTGRES_DB"]


def test_kubernetes_runs_the_image_read_only_as_nobody() -> None:
    """As the image wants it, and as careful clusters demand."""
    pod = kubernetes()[0]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == USER
    security = container()["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert {mount["mountPath"] for mount in container()["volumeMounts"]} == WRITTEN
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert volumes == {mount["name"] for mount in container()["volumeMounts"]}


def test_kubernetes_probes_what_can_be_asked() -> None:
    """Alive is a constant, ready is a translation; neither asks for a key."""
    probes = {name: probe for name, probe in container().items() if name.endswith("Probe")}
    asked = {name: probe["httpGet"]["path"] for name, probe in probes.items()}
    assert asked == {
        "startupProbe": "/readyz",
        "readinessProbe": "/readyz",
        "livenessProbe": "/healthz",
    }
    assert set(asked.values()) <= open_routes()
    (port,) = container()["ports"]
    assert {probe["httpGet"]["port"] for probe in probes.values()} == {port["name"]}
    assert port["containerPort"] == Settings().port


def test_the_parts_of_the_manifest_find_each_other() -> None:
    """The service finds the pods, and the pods their port."""
    deployment, service = kubernetes()
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels
    assert service["spec"]["ports"][0]["targetPort"] == container()["ports"][0]["name"]


def test_every_variable_of_both_is_a_setting() -> None:
    """A misspelt one would be ignored in silence."""
    names = [*compose()["services"]["interligne"]["environment"]]
    names += [variable["name"] for variable in container()["env"]]
    for name in names:
        assert name.removeprefix(PREFIX).lower() in Settings.model_fields


def test_both_give_a_request_its_time_to_end() -> None:
    """A stop waits longer than the deadline of a request."""
    seconds = int(compose()["services"]["interligne"]["stop_grace_period"].removesuffix("s"))
    grace = kubernetes()[0]["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert min(seconds, grace) > Settings().deadline
