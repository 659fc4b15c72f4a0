# One image for every role: `rentree service <nom>`, `rentree worker`, `rentree base preparer`…
# The dependencies are those of uv.lock; the database is elsewhere (RENTREE_DATABASE_URL).
FROM python:3.13-slim AS construction
RUN pip install --no-cache-dir 'uv>=0.13,<1'
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv export --quiet --frozen --no-dev --no-emit-project --output-file /exigences.txt \
    && uv venv --quiet /opt/rentree \
    && uv pip install --quiet --python /opt/rentree/bin/python --require-hashes -r /exigences.txt
COPY rentree rentree
COPY services services
COPY shared shared
RUN uv build --quiet --wheel --out-dir /dist \
    && uv pip install --quiet --python /opt/rentree/bin/python --no-deps --compile-bytecode /dist/*.whl

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/rentree rentree
COPY --from=construction /opt/rentree /opt/rentree
ENV PATH=/opt/rentree/bin:$PATH \
    RENTREE_HOME=/var/lib/rentree \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER rentree
WORKDIR /var/lib/rentree
VOLUME /var/lib/rentree
ENTRYPOINT ["rentree"]
CMD ["--help"]
