# syntax=docker/dockerfile:1
# docker build --target cpu -t interligne .          (the default)
# docker build --target cuda -t interligne:cuda .    (needs the NVIDIA container toolkit to run)
# docker run -p 8000:8000 -e INTERLIGNE_OPEN=true interligne    (open: who reaches it may use it)

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY models models
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 \
    INTERLIGNE_HOST=0.0.0.0 \
    INTERLIGNE_CACHE_DIR=/var/cache/interligne
RUN useradd --system --uid 10001 interligne \
    && install --directory --owner interligne /var/cache/interligne
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["interligne", "serve"]

FROM base AS cuda
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir "$(ls /wheels/*.whl)[cuda]"
ENV INTERLIGNE_DEVICE=cuda
USER 10001
RUN interligne models convert fr-en

FROM base AS cpu
# The CPU build of torch: the default one brings several GB of CUDA packages.
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu /wheels/*.whl
USER 10001
RUN interligne models convert fr-en
