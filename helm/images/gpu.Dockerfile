# The image of workers with GPUs: the same, with video diffusion, and with vLLM, on which presets write. From the repository's root:
#   docker build -f helm/images/gpu.Dockerfile -t bookfilm:0.1.0-gpu .
# CUDA's libraries come inside torch's wheels; the node brings the driver.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bookfilm bookfilm
COPY cluster cluster
COPY deployments deployments
COPY benchmarks benchmarks
# vLLM 0.30.0 is made for the very torch that is pinned here (0.33.0 for the next), and for older versions of these three.
RUN python -m venv /opt/bookfilm \
    && sed --regexp-extended '/^(numpy|fastapi|llguidance)==/d' constraints.txt > without.txt \
    && /opt/bookfilm/bin/pip install --no-cache-dir --disable-pip-version-check --constraint without.txt '.[voices,remote,llm,gpu,otel]' vllm==0.30.0

FROM python:3.11.14-slim-bookworm
# Triton, by which torch and vLLM make kernels for the GPU that is there, has a C compiler build what starts them.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgl1 libexpat1 gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*
# A volume that is laid over /films while it is new takes its owner from here.
RUN useradd --uid 10001 --user-group --create-home bookfilm \
    && install --directory --owner=10001 --group=10001 /films /models
COPY --from=build /opt/bookfilm /opt/bookfilm
COPY --chmod=755 helm/images/bookfilm-join helm/images/bookfilm-once helm/images/bookfilm-healthy helm/images/bookfilm-bucket /usr/local/bin/
ENV PATH=/opt/bookfilm/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    RAY_USAGE_STATS_ENABLED=0 \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 10001:10001
WORKDIR /home/bookfilm
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=6 CMD ["bookfilm-healthy"]
CMD ["bookfilm", "--help"]
