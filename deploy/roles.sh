#!/usr/bin/env bash
# Makes the roles and the database when PostgreSQL's container starts for the first time. `party migrate` grants the rest.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE party_owner LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE party_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'app_password';
ALTER ROLE party_app SET idle_in_transaction_session_timeout = '10s';
CREATE DATABASE party OWNER party_owner;
SQL
