# syntax=docker/dockerfile:1
# docker build --target cpu -t interligne .          (the default)
# docker build --target cuda -t interligne:cuda .    (needs the NVIDIA container toolkit to run)
# docker build --build-arg MODEL=Helsinki-NLP/opus-mt-fr-en -t interligne:opus .    (another model)
# docker buildx build --sbom=true ...                (with a list of all that is in it)
#
# The service serves nobody by accident: it wants a key in its store, or to be told to be open.
# docker run -p 8000:8000 -e INTERLIGNE_OPEN=true interligne
# docker run -v interligne:/var/lib/interligne interligne interligne keys create desk
# docker run -v interligne:/var/lib/interligne -p 8000:8000 --read-only --tmpfs /tmp interligne
#
# Only the data directory and /tmp are ever written; the model is converted when the image is built.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY service service
COPY models models
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim-bookworm AS base
ARG MODEL=fr-en
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HOME=/var/cache/interligne/hub \
    INTERLIGNE_MODEL=$MODEL \
    INTERLIGNE_HOST=0.0.0.0 \
    INTERLIGNE_LOG_FORMAT=json \
    INTERLIGNE_CACHE_DIR=/var/cache/interligne \
    INTERLIGNE_DATA_DIR=/var/lib/interligne
RUN useradd --system --uid 10001 interligne \
    && install --directory --owner interligne /var/cache/interligne /var/lib/interligne
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz')"]
CMD ["interligne", "serve"]

FROM base AS cuda
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir "$(ls /wheels/*.whl)[cuda,otel,postgresql]"
ENV INTERLIGNE_DEVICE=cuda
USER 10001
RUN interligne models convert "$INTERLIGNE_MODEL"
ENV HF_HUB_OFFLINE=1

FROM base AS cpu
# The CPU build of torch: the default one brings several GB of CUDA packages.
RUN --mount=type=bind,from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu \
    "$(ls /wheels/*.whl)[otel,postgresql]"
USER 10001
RUN interligne models convert "$INTERLIGNE_MODEL"
ENV HF_HUB_OFFLINE=1
