package standing

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
)

// aboutServer are the questions about the server. Any role may ask them.
func aboutServer(standby bool) []question {
	copies := question{
		Name: "Standbys", Normal: "as many as you have set up",
		ToDo: "Look into the log of the standby that is missing.", ask: askStandbys,
	}
	if standby {
		copies = question{
			Name: "Behind the primary", Normal: "below 10 seconds",
			ToDo: "Look into the log of this server: the connection to the primary may be cut.", ask: askReplay,
		}
	}
	return []question{
		{
			Name: "PostgreSQL", Normal: "15 or later",
			ToDo: "Use a newer server.", ask: askVersion,
		},
		{
			Name: "Role", Normal: "primary",
			ToDo: "Nothing can be stored on a standby. Name the primary in DATABASE_URL, or promote this server.", ask: askRole,
		},
		copies,
		setting("synchronous_commit", "anything but off", "A crash of the server may lose decisions that visitors were told of. Set it to on.",
			func(value string) bool { return value != "off" }),
		setting("fsync", "on", "A power cut may destroy the database. Set it to on, and restart the server.", isOn),
		setting("full_page_writes", "on", "A power cut may destroy pages of the database. Set it to on.", isOn),
		{
			Name: "Connections", Normal: "below 80 % of max_connections",
			ToDo: "Set pool_max_conns in DATABASE_URL, use a pooler, or raise max_connections.", ask: askConnections,
		},
	}
}

func askVersion(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	var number int
	var version string
	const sql = `select current_setting('server_version_num')::int, split_part(current_setting('server_version'), ' ', 1)`
	err := pool.QueryRow(ctx, sql).Scan(&number, &version)
	return found(version, number >= 150000), err
}

func askRole(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	var standby bool
	err := pool.QueryRow(ctx, `select pg_is_in_recovery()`).Scan(&standby)
	if standby {
		return found("standby", false), err
	}
	return found("primary", true), err
}

// askReplay asks a standby how old the last transaction is that it has replayed. If it has
// replayed all that it has received, it is not behind, however long ago that was.
func askReplay(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	const sql = `select case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
		else coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0) end::float8`
	var behind float64
	err := pool.QueryRow(ctx, sql).Scan(&behind)
	return found(fmt.Sprintf("%.1f seconds", behind), behind < 10), err
}

// askStandbys counts those who stream from this server. A role without pg_monitor sees that they
// are there, and not in which state they are.
func askStandbys(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	const sql = `select count(*), count(*) filter (where sync_state in ('sync', 'quorum')), count(*) filter (where sync_state is null) from pg_stat_replication`
	var all, synchronous, hidden int
	err := pool.QueryRow(ctx, sql).Scan(&all, &synchronous, &hidden)
	switch {
	case hidden > 0:
		return found(fmt.Sprintf("%d; this role may not see whether they are synchronous", all), true), err
	case all == 0:
		return found("none", true), err
	default:
		return found(fmt.Sprintf("%d, of which %d synchronous", all, synchronous), true), err
	}
}

func isOn(value string) bool { return value == "on" }

// setting asks for a setting of the server.
func setting(name, normal, toDo string, isNormal func(value string) bool) question {
	return question{
		Name: name, Normal: normal, ToDo: toDo,
		ask: func(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
			var value string
			err := pool.QueryRow(ctx, `select current_setting($1)`, name).Scan(&value)
			return found(value, isNormal(value)), err
		},
	}
}

func askConnections(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	const sql = `select coalesce(sum(numbackends), 0)::int, current_setting('max_connections')::int from pg_stat_database`
	var used, most int
	err := pool.QueryRow(ctx, sql).Scan(&used, &most)
	return found(fmt.Sprintf("%d of %d", used, most), used*5 < most*4), err
}
