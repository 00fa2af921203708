# The image of the head, the drivers and the workers without GPUs. From the repository's root:
#   docker build -f helm/images/cpu.Dockerfile -t bookfilm:0.1.0-cpu .
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bookfilm bookfilm
COPY cluster cluster
COPY deployments deployments
COPY benchmarks benchmarks
RUN python -m venv /opt/bookfilm \
    && /opt/bookfilm/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt '.[voices,remote,postgres,studio,otel]'

FROM python:3.11.14-slim-bookworm
# skia draws without a screen, but is linked to GL. Debian drops a package's old version when it mends it: no version here.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgl1 libexpat1 \
    && rm -rf /var/lib/apt/lists/*
# A volume that is laid over /films while it is new takes its owner from here.
RUN useradd --uid 10001 --user-group --create-home bookfilm \
    && install --directory --owner=10001 --group=10001 /films /models
COPY --from=build /opt/bookfilm /opt/bookfilm
COPY --chmod=755 helm/images/bookfilm-join helm/images/bookfilm-once helm/images/bookfilm-healthy helm/images/bookfilm-bucket /usr/local/bin/
ENV PATH=/opt/bookfilm/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    RAY_USAGE_STATS_ENABLED=0
USER 10001:10001
WORKDIR /home/bookfilm
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=6 CMD ["bookfilm-healthy"]
CMD ["bookfilm", "--help"]
