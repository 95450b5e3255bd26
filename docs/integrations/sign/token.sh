#!/usr/bin/env bash
# bash with openssl: for trying out, since a program's arguments can be seen by others on the machine.
set -euo pipefail

part() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# $1: your own id of the customer, without quotes and backslashes
identification_token() {
  local now header claims signed
  now=$(date +%s)
  header='{"alg":"HS256","typ":"JWT","kid":"YOUR_KID"}'
  claims=$(printf '{"aud":"YOUR_WIDGET_ID","sub":"%s","iat":%d,"exp":%d,"jti":"%s"}' "$1" "$now" $((now + 300)) "$(openssl rand -hex 16)")
  signed=$(printf %s "$header" | part).$(printf %s "$claims" | part)
  printf '%s.%s\n' "$signed" "$(printf %s "$signed" | openssl dgst -sha256 -hmac "$COUNTERSIGN_WIDGET_SECRET" -binary | part)"
}

# What the widget does with it, by curl:
get_code() {
  curl -sS "$COUNTERSIGN_URL/public/widgets/YOUR_WIDGET_ID/codes" \
    -H "Origin: $COUNTERSIGN_URL" -H 'Content-Type: application/json' -d "{\"token\":\"$(identification_token "$1")\"}"
}

# ---- try it: COUNTERSIGN_WIDGET_SECRET=… COUNTERSIGN_URL=https://id.example bash token.sh ann
get_code "$1"
