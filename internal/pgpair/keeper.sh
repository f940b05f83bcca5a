# The beginning of the keeper: ends the servers of a pair when nobody holds the other end of its
# input any more, however the test ended.
#
#   stdin      a line whenever that changes: the process ids of the servers that run
servers=
while read -r line; do servers=$line; done
for server in $servers; do
	kill -CONT "$server"
	kill -QUIT "$server"
done
