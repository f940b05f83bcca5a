# The keeper: ends the servers of a pair when nobody holds the other end of its input
# any more, however the test ended.
#
#   stdin      a line whenever that changes: the process ids of the servers that run
#   $1         the directory to remove at the end
servers=
while read -r line; do servers=$line; done
for server in $servers; do
	kill -CONT "$server"
	kill -QUIT "$server"
done
for server in $servers; do
	tries=0
	while kill -0 "$server" && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
done
cd / && rm -rf -- "$1"
