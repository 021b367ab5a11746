# The daemon in a container. Build: docker build -t aggregator .   Use: see compose.yaml and docs/operations.md
FROM python:3.12-slim AS build
RUN python -m venv /opt/aggregator
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY aggregator aggregator
COPY seeds seeds
RUN /opt/aggregator/bin/pip install --no-cache-dir '.[all]' \
 && /opt/aggregator/bin/python -m compileall -q /opt/aggregator/lib/python3.12/site-packages/aggregator

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/aggregator --create-home aggregator
COPY --from=build /opt/aggregator /opt/aggregator
ENV PATH=/opt/aggregator/bin:$PATH AGGREGATOR_CONFIG=/etc/aggregator/aggregator.toml PYTHONUNBUFFERED=1
USER aggregator
WORKDIR /var/lib/aggregator
VOLUME /var/lib/aggregator
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["aggregator", "healthcheck"]
ENTRYPOINT ["aggregator"]
CMD ["--json", "run"]
