# The talent fund in one image: web server, workers and beat differ in their command alone.

FROM node:22-bookworm-slim AS look
WORKDIR /look
COPY .npmrc package.json package-lock.json ./
RUN npm ci

FROM python:3.13-slim-bookworm AS packages
COPY requirements/base.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: --requirement base.txt

FROM python:3.13-slim-bookworm
# What WeasyPrint draws letters with; gettext compiles the Dutch catalogue.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core fonts-droid-fallback fonts-unifont gettext libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent talentfund \
    && install --directory --owner talentfund --mode 0750 /data /data/files
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=talentfund.settings \
    MEDIA_ROOT=/data/files STATIC_ROOT=/app/var/static
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --from=look /look/node_modules node_modules
COPY . .
# Neither command connects to anything; the settings only refuse to load without these.
RUN export SECRET_KEY=unused DATABASE_URL=postgres:///unused REDIS_URL=redis://unused \
    && python -m compileall -q -j 0 accounts applications assessment budget core programme reporting talentfund \
    && for catalogue in locale/*/LC_MESSAGES/*.po; do msgfmt --check-format -o "${catalogue%.po}.mo" "$catalogue"; done \
    && python manage.py collectstatic --no-input --verbosity 0
USER talentfund
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--backpressure", "64", "--no-ws", "--respawn-failed-workers", \
     "--workers-kill-timeout", "10s", "--log-level", "warning", "talentfund.wsgi:application"]
