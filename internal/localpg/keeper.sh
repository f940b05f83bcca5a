# The keeper: runs a program of PostgreSQL for as long as somebody holds the leash.
#
#   fd 3       the leash, read end
#   fd 4       the pulse, write end, which the program inherits
#   $1         a directory to remove at the end of the leash, or nothing
#   $2 ...     the command that starts the program
#
# It exits as the program did.
remove=$1
shift

"$@" 3<&- &
program=$!

# Every line on the leash is a newcomer that knocks; its end is the last user's.
(
	exec 4>&-
	while read -r _; do rm -f knock; done <&3

	# INT is the fast shutdown. But a shell starts its background commands with
	# INT ignored, so a server that has not got as far as setting its own
	# handlers would miss it. TERM ends that one. CONT is for one that was stopped.
	kill -TERM $program
	kill -INT $program
	kill -CONT $program
) 2>/dev/null &
leash=$!
exec 3<&-

wait $program
status=$?
kill $leash 2>/dev/null

# If the program ended by itself, the leash was killed just now, and the users will
# want the directory to go on.
if wait $leash 2>/dev/null && [ -n "$remove" ]; then
	cd / && rm -rf -- "$remove"
fi
exit $status
