package main

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// An audit holds receipts against the log. A receipt of an append has to name the events that
// are there. A receipt of a refusal says up to which position the decision had read: as of that
// position, the rule has to say no.
type audit struct {
	kept     int
	appended map[int64]string // the ID of the event that a receipt says stands there
	refused  []refusal        // in the order of their positions
}

// A refusal is what a receipt says of a decision that was refused.
type refusal struct {
	receipt string
	readTo  int64
	of      courses.Refusal
	input   struct {
		Student  courses.StudentID
		Course   courses.CourseID
		From, To courses.CourseID
	}
}

func newAudit() *audit { return &audit{appended: map[int64]string{}} }

// load reads all receipts from their table.
func (a *audit) load(ctx context.Context, pool *pgxpool.Pool) error {
	rows, err := pool.Query(ctx, `select receipt from decision_receipt`)
	if err != nil {
		return err
	}
	var text []byte
	_, err = pgx.ForEachRow(rows, []any{&text}, func() error {
		var r receipt.Receipt
		if err := json.Unmarshal(text, &r); err != nil {
			return err
		}
		return a.take(r)
	})
	a.sort()
	return err
}

func (a *audit) sort() {
	slices.SortFunc(a.refused, func(x, y refusal) int { return cmp.Compare(x.readTo, y.readTo) })
}

func (a *audit) take(r receipt.Receipt) error {
	a.kept++
	switch r.Outcome() {
	case receipt.Appended:
		for _, e := range r.Last().Wanted {
			a.appended[e.Position] = e.ID
		}
	case receipt.Refused:
		said := refusal{receipt: r.ID, readTo: r.Last().ReadTo, of: courses.Refusal(r.Last().Refusal)}
		if err := json.Unmarshal(r.Input, &said.input); err != nil {
			return err
		}
		if said.input.To != "" {
			said.input.Course = said.input.To
		}
		a.refused = append(a.refused, said)
	}
	return nil
}

// takeEvent takes an event of the log.
func (a *audit) takeEvent(e dcb.Event) {
	if a.appended[e.Position] == e.ID {
		delete(a.appended, e.Position)
	}
}

// check checks the refusals that were decided up to a position. t is the term as of that
// position.
func (a *audit) check(position int64, t *term, finds func(string, ...any)) {
	for len(a.refused) > 0 && a.refused[0].readTo <= position {
		r := a.refused[0]
		a.refused = a.refused[1:]
		if r.readTo == position && !t.refuses(r) {
			finds("the receipt %s says that at %d a rule refused: %s", r.receipt, r.readTo, r.of)
		}
	}
}

// finish says what is left when all of the log was taken.
func (a *audit) finish(finds func(string, ...any)) {
	for position, id := range a.appended {
		finds("a receipt says that the event %s was stored at %d, and it is not there", id, position)
	}
	for _, r := range a.refused {
		finds("the receipt %s says that the decision had read up to %d, where the log has not come", r.receipt, r.readTo)
	}
}

// refuses reports whether the rule says no that a receipt names. The oracle knows the rules
// behind most refusals. For any other rule it returns true.
func (t *term) refuses(r refusal) bool {
	c, s := t.courses[r.input.Course], t.students[r.input.Student]
	switch r.of {
	case courses.ErrNoSuchCourse:
		return c == nil || r.input.From != "" && t.courses[r.input.From] == nil
	case courses.ErrNoSuchStudent:
		return s == nil || s.forgotten
	case courses.ErrCourseExists:
		return c != nil
	case courses.ErrStudentExists:
		return s != nil
	}
	if c == nil {
		return s != nil // a command about a student alone
	}
	_, seated := c.seats[r.input.Student]
	switch r.of {
	case courses.ErrCourseFull:
		return c.free() <= 0
	case courses.ErrCourseNotFull:
		return c.free() > 0
	case courses.ErrTooManyCourses:
		return s != nil && !s.room()
	case courses.ErrAlreadySubscribed:
		return seated
	case courses.ErrNotSubscribed:
		if r.input.From != "" {
			_, seated = t.courses[r.input.From].seats[r.input.Student]
		}
		return !seated
	case courses.ErrAlreadyWaiting:
		return slices.Contains(c.line, r.input.Student)
	case courses.ErrNotWaiting:
		return !slices.Contains(c.line, r.input.Student)
	case courses.ErrWaitlistFull:
		return len(c.line) >= courses.MaxWaiting
	case courses.ErrCourseArchived, courses.ErrAlreadyArchived:
		return c.archived
	default:
		return true
	}
}
