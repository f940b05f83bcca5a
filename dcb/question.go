package dcb

import (
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// read.sql answers several questions at once. Reads ask one, and the check of a batch asks one for
// each append.

// A question is what read.sql is asked: which events match, after a position?
type question struct {
	query Query
	after int64
}

// asked returns what the check asks for a batch: a question and a checkpoint for each request.
func asked(batch []*request) (questions []question, known []Checkpoint) {
	for _, r := range batch {
		questions, known = append(questions, question{r.query, r.known.Position}), append(known, r.known)
	}
	return questions, known
}

// bounds say how much read.sql returns at most, for all questions together.
type bounds struct {
	events int // for each item
	bytes  int // of tags and data
	whole  int // so many events have room in any case
}

// asSQL returns the parameters of read.sql, which says what they mean. Its checkpoints
// have to name their events.
func asSQL(questions []question, upTo int64, most bounds, known []Checkpoint) []any {
	var (
		numbers     []int32
		tags, types []string
		after       []int64
	)
	for i, q := range questions {
		for _, item := range q.query.Items() {
			numbers = append(numbers, int32(i))
			tags, types = append(tags, arrayText(item.Tags)), append(types, arrayText(item.Types))
			after = append(after, q.after)
		}
	}
	positions, ids, recordedAt := make([]int64, len(known)), make([]string, len(known)), make([]time.Time, len(known))
	for i, c := range known {
		positions[i], ids[i], recordedAt[i] = c.Position, c.EventID, c.RecordedAt
	}
	return []any{numbers, tags, types, after, upTo, most.events, positions, ids, recordedAt, most.bytes, most.whole}
}

// named returns the checkpoints that name their event, each once: most requests of a
// batch know the log up to the same event.
func named(all ...Checkpoint) []Checkpoint {
	var some []Checkpoint
	seen := map[Checkpoint]bool{}
	for _, c := range all {
		if c.EventID != "" && !seen[c] {
			seen[c] = true
			some = append(some, c)
		}
	}
	return some
}

// found is what read.sql returns.
type found struct {
	events [][]*sharedEvent // for each question its first events; questions may have one in common
	head   Checkpoint
	unlike []Checkpoint // of those that were asked about, the ones that are not of this log
}

// findings reads what read.sql returns: for each of n questions at most limit events.
func findings(results pgx.BatchResults, n, limit int, known []Checkpoint) (f found, err error) {
	rows, _ := results.Query() // ForEachRow returns the error
	f.events = make([][]*sharedEvent, n)
	var (
		headID *string
		headAt *time.Time
		unlike []int32
		asked  []int32
		tags   []string // quicker to scan than Tags
		e      Event
	)
	columns := []any{
		&f.head.Position, &headID, &headAt, &unlike, &asked,
		&e.Position, &e.ID, &e.Type, &tags, &e.Data, &e.CausationID, &e.CorrelationID, &e.Metadata, &e.RecordedAt,
	}
	_, err = pgx.ForEachRow(rows, columns, func() error {
		if headID != nil { // in the first row, unless the log is empty
			f.head.EventID, f.head.RecordedAt = *headID, *headAt
		}
		for _, number := range unlike {
			f.unlike = append(f.unlike, known[number-1])
		}
		if e.Position == 0 {
			return nil // nothing matches, and the row is there for the head
		}
		e.Tags = make(Tags, len(tags)) // none if the event comes without its data
		for i, tag := range tags {
			e.Tags[i] = Tag(tag)
		}
		read := &sharedEvent{Event: e}
		slices.Sort(asked)
		for _, number := range slices.Compact(asked) {
			if len(f.events[number]) < limit {
				f.events[number] = append(f.events[number], read)
			}
		}
		e.Data, e.Metadata = nil, nil // the next row gets memory of its own
		return nil
	})
	return f, err
}

var escapeElement = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// arrayText writes an array of texts as PostgreSQL does: {"a","b"}.
func arrayText[T ~string](elements []T) string {
	quoted := make([]string, len(elements))
	for i, element := range elements {
		quoted[i] = `"` + escapeElement.Replace(string(element)) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}"
}
