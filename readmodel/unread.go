package readmodel

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
)

// An unread event has a type that the domain knows, and data that it could not decode.
type unread struct {
	dcb.Event
	err error
}

func (u unread) reason() error { return fmt.Errorf("position %d: %w", u.Position, u.err) }

// saveUnread keeps the first unread event of each tag.
func saveUnread(trip *pgx.Batch, generation int, events []unread) {
	if len(events) == 0 {
		return
	}
	const save = `
		insert into read_unread (generation, tag, type, position)
		select $1, event.*
		from unnest($2::text[], $3::text[], $4::bigint[]) as event (tag, type, position)
		on conflict (generation, tag) do nothing`
	var tags, types []string
	var positions []int64
	known := map[dcb.Tag]bool{}
	for _, e := range events {
		for _, tag := range e.Tags {
			if !known[tag] {
				known[tag] = true
				tags, types, positions = append(tags, string(tag)), append(types, e.Type), append(positions, e.Position)
			}
		}
	}
	trip.Queue(save, generation, tags, types, positions)
}
