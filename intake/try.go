package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// linesPerRead is how many lines are tried out with one read of the log.
const linesPerRead = 100

// Try says at each line what it would do now. A line that is refused already stays so.
func Try(ctx context.Context, log dcb.Log, list *List) error {
	_, head, err := log.ReadSince(ctx, dcb.Query{}, dcb.Checkpoint{}) // the zero query selects nothing
	if err != nil {
		return err
	}
	r := &rehearsal{log: log, end: head}
	first := map[string]int{} // the line that has the same key first
	for chunk := range slices.Chunk(list.Lines, linesPerRead) {
		if err := r.readFor(ctx, list.Kind, chunk); err != nil {
			return err
		}
		for i := range chunk {
			if err := r.try(ctx, list.Kind, &chunk[i], first); err != nil {
				return err
			}
		}
	}
	return nil
}

// A rehearsal is a log in memory: the events that the next lines look at, as they are now,
// followed by what the lines so far would store.
type rehearsal struct {
	log   dcb.Log
	end   dcb.Checkpoint
	read  []dcb.Event
	added []dcb.Event
}

var _ dcb.Log = (*rehearsal)(nil)

// readFor reads what the decisions of lines look at.
func (r *rehearsal) readFor(ctx context.Context, kind Kind, lines []Line) (err error) {
	var query dcb.Query
	for _, line := range lines {
		if line.State == New {
			query = query.Or(line.Command(kind).(interface{ Boundary() dcb.Boundary }).Boundary().Query())
		}
		if line.IDOfTitle {
			query = query.Or(courses.Title(line.Course).Query())
		}
	}
	r.read = nil
	if query.IsZero() || r.end.Position == 0 {
		return nil
	}
	r.read, err = r.log.ReadUpTo(ctx, query, r.end)
	return err
}

// try tries a line out. A line that repeats an earlier one is refused.
func (r *rehearsal) try(ctx context.Context, kind Kind, line *Line, first map[string]int) error {
	if line.State != New {
		return nil
	}
	key := string(line.Student) + " " + string(line.Course)
	if earlier, repeated := first[key]; repeated {
		line.refuse(repeats(kind, earlier))
		return nil
	}
	err := line.Command(kind).Decide(ctx, r)
	verdict, answered := verdictOf(err)
	switch {
	case !answered:
		return err
	case verdict.State == Done && kind != Enrolments && key != strings.ToLower(key): // as in the forms
		line.refuse("a new id is in small letters: write " + strings.TrimSpace(strings.ToLower(key)))
	case verdict.State == Done:
		first[key] = line.Number
	default:
		line.Verdict = verdict
		if kind == Students && verdict.State == There {
			line.Text = "" // pages show the name of the student who is there
		}
	}
	if line.IDOfTitle && verdict.State == There {
		return r.compareTitles(ctx, line)
	}
	return nil
}

// compareTitles refuses a course whose title gives the id of a course with another title, as C++
// gives the id of C. Such a course is not there already.
func (r *rehearsal) compareTitles(ctx context.Context, line *Line) error {
	there, err := r.titleOf(ctx, line.Course)
	if err == nil && !strings.EqualFold(there, line.Text) {
		line.refuse(fmt.Sprintf("the title gives the id %s, which is that of the course “%s”: write another id", line.Course, there))
	}
	return err
}

// titleOf returns the title of a course.
func (r *rehearsal) titleOf(ctx context.Context, course courses.CourseID) (title string, err error) {
	look := func(title *string) dcb.Boundary { return dcb.Boundary{dcb.Into(title, courses.Title(course))} }
	title, _, err = dcb.DecideValue(ctx, r, look, func(title string) (string, []dcb.Fact, error) { return title, nil, nil })
	return title, err
}

// repeats says which line a line repeats.
func repeats(kind Kind, earlier int) string {
	if kind == Enrolments {
		return fmt.Sprintf("line %d asks for the same", earlier)
	}
	return fmt.Sprintf("line %d has the same id", earlier)
}

// ReadSince implements [dcb.Log].
func (r *rehearsal) ReadSince(_ context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	found := append(matching(r.read, query), matching(r.added, query)...)
	found = slices.DeleteFunc(found, func(e dcb.Event) bool { return e.Position <= after.Position })
	return found, dcb.At(r.position()), nil
}

// ReadUpTo implements [dcb.Log]. A decision reads here what it finds only while it is taken: the
// courses of those who wait. No line names these students, so the log is asked for them.
func (r *rehearsal) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) (events []dcb.Event, err error) {
	if r.end.Position > 0 {
		if events, err = r.log.ReadUpTo(ctx, query, r.end); err != nil {
			return nil, err
		}
	}
	events = append(events, matching(r.added, query)...)
	return slices.DeleteFunc(events, func(e dcb.Event) bool { return e.Position > upTo.Position }), nil
}

// matching returns the events that a query matches.
func matching(events []dcb.Event, query dcb.Query) (found []dcb.Event) {
	for _, e := range events {
		if query.Matches(e) {
			found = append(found, e)
		}
	}
	return found
}

// AppendAfter implements [dcb.Log]. Nobody else appends here, so there is never a conflict.
func (r *rehearsal) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil {
		return 0, err
	}
	for _, e := range events {
		r.added = append(r.added, dcb.Event{ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data, Position: r.position() + 1})
	}
	return r.position(), nil
}

// position returns the position of the last event.
func (r *rehearsal) position() int64 { return r.end.Position + int64(len(r.added)) }
