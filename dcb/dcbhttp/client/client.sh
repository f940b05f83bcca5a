#!/bin/sh
# Takes a seat with curl, and shows who takes one: client.sh http://127.0.0.1:8080 12A ada
set -eu
server=$1 seat=$2 name=$3 # plain words, which stand in JSON as they are
last=$(mktemp)
trap 'rm -f "$last"' EXIT
trap exit INT TERM

call() { curl --silent --show-error --fail-with-body -H "Authorization: Bearer ${DCB_API_TOKEN:-}" "$@"; }

call "$server/dcb/append" -H 'Content-Type: application/json' --data '{
	"events":    [{"type": "SeatTaken", "tags": ["seat:'"$seat"'"], "data": "'"$name"'"}],
	"condition": {"failIfEventsMatch": {"items": [{"types": ["SeatTaken"], "tags": ["seat:'"$seat"'"]}]}}}'

while :; do # when the stream is lost, go on after the last event
	{ call --no-buffer --get "$server/dcb/tail" --data-urlencode 'query={"items": [{"types": ["SeatTaken"]}]}' \
		-H "Last-Event-ID: $(cat "$last")" || [ $? -ne 22 ] || echo refused; } | while IFS= read -r line; do
		case $line in
		'data: '*) data=${line#data: } ;;
		'id: '*) id=${line#id: } ;;
		'') # the event is whole, or there was only an ID
			[ -z "${data-}" ] || printf '%s\n' "$data"
			printf '%s' "${id-}" >"$last"
			data='' ;;
		'{"error"'*) printf '%s\n' "$line" >&2 ;;
		refused) exit 1 ;; # the server says why
		esac
	done
	sleep 1
done
