# The keeper: runs PostgreSQL for as long as somebody holds the leash.
#
#   fd 3       the leash, read end
#   fd 4       the pulse, write end, which PostgreSQL inherits
#   $1         a directory to remove at the end, or nothing
#   $2 ...     the command that starts PostgreSQL
remove=$1
shift

"$@" 3<&- &
postgres=$!

# Every line on the leash is a newcomer that knocks; its end is the last user's.
(
	exec 4>&-
	while read -r _; do rm -f knock; done <&3

	# INT is the fast shutdown. But a shell starts its background commands with
	# INT ignored, so a server that has not got as far as setting its own
	# handlers would miss it. TERM ends that one.
	kill -TERM $postgres
	kill -INT $postgres
) 2>/dev/null &
leash=$!
exec 3<&-

wait $postgres
kill $leash 2>/dev/null

# If PostgreSQL died by itself, the leash was killed just now, and the users will
# want the directory to start it again.
if wait $leash 2>/dev/null && [ -n "$remove" ]; then
	cd / && rm -rf -- "$remove"
fi
