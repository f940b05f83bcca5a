# The beginning of the keeper: ends a cluster when nobody holds the other end of its input any
# more, however the test ended. Patroni goes first, for it would start its server again.
#
#   stdin      a line whenever that changes: the process ids of etcd and of Patroni
#   $1         the directory of the cluster
guards=
while read -r line; do guards=$line; done
for guard in $guards; do
	kill -KILL "$guard"
done
servers=
for data in "$1"/*/data; do
	read -r server <"$data/postmaster.pid" || continue
	[ "$(readlink "/proc/$server/cwd")" = "$data" ] && servers="$servers $server"
done
for server in $servers; do
	kill -CONT "$server" $(ps -o pid= --ppid "$server")
	kill -QUIT "$server"
done
