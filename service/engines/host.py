"""What this host can do for an engine, to be told to people who look for what is wrong."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = {
    "ct2": ("ctranslate2", "sentencepiece"),
    "marian": ("torch", "transformers", "sentencepiece"),
}
CPU_FLAGS = Path("/proc/cpuinfo")
# What makes int8 fast, as the kernels name it: x86 and ARM.
FAST_FLAGS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "amx_int8", "asimd", "asimddp", "i8mm")


def library_versions(engine: str) -> dict[str, str | None]:
    """Tell the versions of the libraries that an engine needs; None for what is not installed."""
    return {library: version_of(library) for library in LIBRARIES[engine]}


def version_of(library: str) -> str | None:
    """Tell the version of an installed library; None if there is none."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def cpu_features() -> tuple[str, list[str]]:
    """Tell the architecture, and which of the fast instructions there are (on Linux only)."""
    known = CPU_FLAGS.read_text(encoding="utf-8").split() if CPU_FLAGS.exists() else []
    return platform.machine(), [flag for flag in FAST_FLAGS if flag in known]


def cpu_numbers() -> list[str]:
    """List the types of number that CTranslate2 computes with on this CPU."""
    import ctranslate2

    return sorted(ctranslate2.get_supported_compute_types("cpu"))


def cuda_devices() -> int:
    """Count the CUDA devices that CTranslate2 sees; 0 also without a driver."""
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count())
