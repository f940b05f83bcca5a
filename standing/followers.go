package standing

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// mostBehind is how many events a follower of the log may be behind.
const mostBehind = 1000

// projector is the name of the consumer that keeps the read model up to date.
const projector = "readmodel"

// aboutFollowers are the questions about what follows the log.
var aboutFollowers = []question{
	{
		Name: "Projector", Normal: "one process, whenever there is anything to project",
		ToDo: "Start webapp. If it runs, look into its log.", ask: askProjector,
	},
	{
		Name: "Read model", Normal: "at most 1,000 events behind the log",
		ToDo: `Look into the log of the process that projects. If the log lost its end, or it was restored, run "webapp rebuild".`, ask: askReadModel,
	},
	{
		Name: "Consumer", Normal: "at most 1,000 events behind the log",
		ToDo: "Look into the log of the process that runs the consumer.", ask: askConsumers,
	},
	{
		Name: "Parked events", Normal: "none",
		ToDo: "Look why they could not be handled: select consumer, position, error from dcb_parked. dcb.Store.Retry handles one again.", ask: askParked,
	},
}

// askProjector asks which process holds the projector. It may be any of those that serve.
func askProjector(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	const sql = `
		select coalesce((select holder from dcb_consumer where name = $1 and until > clock_timestamp()), ''),
		       coalesce((select max(position) from dcb_event), 0) - coalesce((select position from dcb_consumer where name = $1), 0)`
	var holder string
	var behind int64
	err := pool.QueryRow(ctx, sql, projector).Scan(&holder, &behind)
	if holder == "" {
		return found("nobody", behind == 0), err
	}
	return found(processOf(holder), true), err
}

// processOf makes words of the name that a process gives itself. The name is its host, its
// process id and a random part, which is left out.
func processOf(name string) string {
	parts := strings.Fields(name)
	if len(parts) < 2 {
		return name
	}
	return parts[0] + ", process " + parts[1]
}

// theirSQL is true if the log has the event that a row t names as its place.
const theirSQL = `(t.position = 0 or exists (
	select from dcb_event as e where e.position = t.position and e.id = t.event_id and e.recorded_at = t.recorded_at))`

func askReadModel(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	const sql = `select 'Read model', t.position, coalesce((select max(position) from dcb_event), 0) - t.position, ` + theirSQL + `
		from read_generation as t where t.serving`
	findings, err := each(ctx, pool, sql, placeIn)
	if err == nil && len(findings) == 0 {
		return found("its tables are empty", false), nil
	}
	return findings, err
}

// askConsumers asks for the places of all consumers except the projector: the place of the read
// model is its place.
func askConsumers(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	const sql = `select 'Consumer ' || t.name, t.position, coalesce((select max(position) from dcb_event), 0) - t.position, ` + theirSQL + `
		from dcb_consumer as t where t.name <> '` + projector + `' order by t.name`
	return each(ctx, pool, sql, placeIn)
}

// placeIn says where a follower is.
func placeIn(row pgx.CollectableRow) (f finding, err error) {
	var position, behind int64
	var there bool
	if err := row.Scan(&f.name, &position, &behind, &there); err != nil {
		return f, err
	}
	f.state = Unwell
	switch {
	case !there:
		f.value = fmt.Sprintf("at %d, with an event that the log does not have", position)
	case behind > mostBehind:
		f.value = fmt.Sprintf("at %d, %d events behind", position, behind)
	default:
		f.value, f.state = fmt.Sprintf("at %d, %d events behind", position, behind), Well
	}
	return f, nil
}

func askParked(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
	var parked int
	err := pool.QueryRow(ctx, `select count(*) from dcb_parked`).Scan(&parked)
	if parked == 0 {
		return found("none", true), err
	}
	return found(fmt.Sprint(parked), false), err
}
