# The end of every keeper: waits for the servers that were told to end, and removes the directory.
#
#   $servers   their process ids
#   $1         the directory
for server in $servers; do
	tries=0
	while kill -0 "$server" && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
done
cd / && rm -rf -- "$1"
