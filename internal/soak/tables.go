package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
)

// compareTables compares the tables for pages with what the oracle knows of the log, and with the
// tables that a rebuild makes.
func (s *soak) compareTables(ctx context.Context, store *dcb.Store, o *oracle) (string, error) {
	o.receipts.finish(o.finds)
	model := readmodel.New(s.direct)
	quiet := slog.New(slog.DiscardHandler)
	projecting, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		model.Project(projecting, store, quiet)
	}()
	reached, err := model.Await(ctx, o.events, 2*patience)
	end()
	<-ended
	if err != nil {
		return "", err
	}
	if !reached {
		o.finds("the tables for pages do not come to the end of the log")
	}
	before, err := tables(ctx, s.direct)
	if err != nil {
		return "", err
	}
	o.compare(before)
	if err := model.Rebuild(ctx, store, quiet, func(int64, int64) {}); err != nil {
		return "", err
	}
	after, err := tables(ctx, s.direct)
	if err != nil {
		return "", err
	}
	difference(before, after, func(row string) { o.finds("a rebuild changes the row %s", row) })
	return fmt.Sprintf("%d rows of tables for pages", len(before)), nil
}

// tables returns the rows of the tables for pages: those that the oracle can make, too, as it
// makes them, and their other columns behind a bar.
func tables(ctx context.Context, pool *pgxpool.Pool) (map[string]string, error) {
	const all = `
		select 'course ' || id, format('%s: %s of %s, %s wait, archived %s', title, seats_taken, capacity, waiting, archived),
			format('%s %s %s %s', folded, defined_at, changed_at, listed)
		from read_course join read_generation using (generation) where serving
		union all
		select 'student ' || id, format('%s seats, forgotten %s', courses_taken, forgotten),
			format('%s %s %s %s %s', name, folded, registered_at, changed_at, sealed)
		from read_student join read_generation using (generation) where serving
		union all
		select format('place of %s in %s, waiting %s', student_id, course_id, waiting), 'since ' || since, ''
		from read_place join read_generation using (generation) where serving`
	rows, err := pool.Query(ctx, all)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	var of, is, also string
	_, err = pgx.ForEachRow(rows, []any{&of, &is, &also}, func() error {
		found[of] = is + " | " + also
		return nil
	})
	return found, err
}

// compare compares the tables with the rows that the oracle makes.
func (o *oracle) compare(tables map[string]string) {
	are := map[string]string{}
	for of, row := range tables {
		are[of] = beforeBar(row)
	}
	difference(o.rows(), are, func(row string) { o.finds("read model: not as in the log is the row %s", row) })
}

func beforeBar(row string) string {
	for i := range row {
		if row[i:min(len(row), i+3)] == " | " {
			return row[:i]
		}
	}
	return row
}

// rows returns the rows that the tables should have.
func (o *oracle) rows() map[string]string {
	rows := map[string]string{}
	place := func(who courses.StudentID, where courses.CourseID, waits bool, since int64) {
		rows[fmt.Sprintf("place of %s in %s, waiting %s", who, where, truth(waits))] = fmt.Sprint("since ", since)
	}
	for id, c := range o.term.courses {
		rows["course "+string(id)] = fmt.Sprintf("%s: %d of %d, %d wait, archived %s", c.title, len(c.seats), c.capacity, len(c.line), truth(c.archived))
		for who, since := range c.seats {
			place(who, id, false, since)
		}
	}
	for id, s := range o.term.students {
		rows["student "+string(id)] = fmt.Sprintf("%d seats, forgotten %s", s.seats, truth(s.forgotten))
		for where, since := range s.waits {
			place(id, where, true, since)
		}
	}
	return rows
}

// truth writes a bool as PostgreSQL does.
func truth(is bool) string {
	if is {
		return "t"
	}
	return "f"
}

// difference tells of each row that two sets of tables do not have alike.
func difference(one, another map[string]string, tell func(row string)) {
	for _, of := range slices.Sorted(maps.Keys(one)) {
		if another[of] != one[of] {
			tell(fmt.Sprintf("%s: %q, %q", of, one[of], another[of]))
		}
	}
	for _, of := range slices.Sorted(maps.Keys(another)) {
		if _, both := one[of]; !both {
			tell(fmt.Sprintf("%s: nothing, %q", of, another[of]))
		}
	}
}
