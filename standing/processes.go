package standing

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// aboutProcesses are the questions about the processes that serve.
var aboutProcesses = []question{
	{
		Name: "Process", Normal: "seen within 10 seconds, its oldest append below 1 second, its news at most 1,000 events behind",
		ToDo: "If it was killed, nothing: the row goes after ten minutes. Otherwise look into its log.",
		ask: func(ctx context.Context, pool *pgxpool.Pool) ([]finding, error) {
			findings, err := each(ctx, pool, processSQL, processIn)
			if err == nil && len(findings) == 0 {
				return []finding{{name: "Processes", value: "none runs", state: Well}}, nil
			}
			return findings, err
		},
	},
}

// processSQL returns the processes that were seen in the last ten minutes.
const processSQL = `
	select name, address, version, started_at, extract(epoch from clock_timestamp() - seen_at)::float8, waiting, viewers,
	       case when told = 0 then 0 else greatest(0, coalesce((select max(position) from dcb_event), 0) - told) end
	from process
	where seen_at > clock_timestamp() - interval '10 minutes'
	order by started_at, name`

// processIn says how a process stands.
func processIn(row pgx.CollectableRow) (f finding, err error) {
	var name, address, version string
	var started time.Time
	var silent, waiting float64
	var viewers int
	var behind int64
	if err := row.Scan(&name, &address, &version, &started, &silent, &waiting, &viewers, &behind); err != nil {
		return f, err
	}
	news := "nobody looks"
	if viewers > 0 {
		hear := "pages hear"
		if viewers == 1 {
			hear = "page hears"
		}
		news = fmt.Sprintf("%d %s of news, %d events behind", viewers, hear, behind)
	}
	f.name = processOf(name)
	f.value = fmt.Sprintf("at %s since %s, version %s; seen %.0f s ago; oldest append %.1f s; %s",
		address, started.UTC().Format("2 Jan 15:04:05"), version, max(0, silent), waiting, news)
	f.state = Unwell
	if silent < Silent.Seconds() && waiting < 1 && behind <= mostBehind {
		f.state = Well
	}
	return f, nil
}
