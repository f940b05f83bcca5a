package readmodel_test

import (
	"context"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	. "go-crablet/readmodel"
)

// An asked term answers one question at a time, as of now or as of a position. As of now,
// each question is answered as of its own moment.
type asked struct {
	Term
	ask func(context.Context, *Questions) error
}

// now is the term as of now.
func (b *bench) now(ctx context.Context) (*asked, error) { return askedOf(ctx, b.model) }

func askedOf(ctx context.Context, model *Model) (*asked, error) {
	term, err := model.Ask(ctx, &Questions{})
	return &asked{term, func(ctx context.Context, questions *Questions) error {
		_, err := model.Ask(ctx, questions)
		return err
	}}, err
}

// asOf is the term as of a position, of a log in which no name is sealed.
func asOf(ctx context.Context, log PastLog, position int64) (*asked, error) {
	past, err := AsOf(ctx, log, nil, position)
	if err != nil {
		return nil, err
	}
	return &asked{past.Term, past.Ask}, nil
}

// viewBothWays looks at the term as of now, and at the same term as of its position.
func (b *bench) viewBothWays(position int64, look func(*asked)) {
	b.t.Helper()
	b.view(func(term *asked) error { look(term); return nil })
	then, err := asOf(b.t.Context(), b.log, position)
	require.NoError(b.t, err)
	look(then)
}

// view looks at the term as of now.
func (b *bench) view(look func(*asked) error) {
	b.t.Helper()
	term, err := b.now(b.t.Context())
	require.NoError(b.t, err)
	require.NoError(b.t, look(term))
}

func (a *asked) Course(ctx context.Context, id courses.CourseID) (course Course, known bool, err error) {
	var questions Questions
	questions.Course(&course, id)
	err = a.ask(ctx, &questions)
	return course, course.ID != "", err
}

func (a *asked) Student(ctx context.Context, id courses.StudentID) (student Student, known bool, err error) {
	var questions Questions
	questions.Student(&student, id)
	err = a.ask(ctx, &questions)
	return student, student.ID != "", err
}

func (a *asked) Courses(ctx context.Context, search string, at Cursor, size int) (page Page[Course], err error) {
	var questions Questions
	questions.Courses(&page, search, at, size)
	return page, a.ask(ctx, &questions)
}

func (a *asked) Students(ctx context.Context, search string, at Cursor, size int) (page Page[Student], err error) {
	var questions Questions
	questions.Students(&page, search, at, size)
	return page, a.ask(ctx, &questions)
}

func (a *asked) StudentsWithoutPlace(ctx context.Context, course courses.CourseID, search string, most int) (students []Student, err error) {
	var questions Questions
	questions.StudentsWithoutPlace(&students, course, search, most)
	return students, a.ask(ctx, &questions)
}

func (a *asked) Seats(ctx context.Context, course courses.CourseID, at Cursor, size int) (page Page[Member], err error) {
	var questions Questions
	questions.Seats(&page, course, at, size)
	return page, a.ask(ctx, &questions)
}

func (a *asked) Waitlist(ctx context.Context, course courses.CourseID, at Cursor, size int) (page Page[Member], err error) {
	var questions Questions
	questions.Waitlist(&page, course, at, size)
	return page, a.ask(ctx, &questions)
}

func (a *asked) PlacesOf(ctx context.Context, student courses.StudentID) (places []Place, err error) {
	var questions Questions
	questions.PlacesOf(&places, student)
	return places, a.ask(ctx, &questions)
}

func (a *asked) Names(ctx context.Context, tags dcb.Tags) (names Names, err error) {
	var questions Questions
	questions.Names(&names, tags)
	return names, a.ask(ctx, &questions)
}

func (a *asked) Unread(ctx context.Context, tag dcb.Tag) (unread Unread, found bool, err error) {
	var questions Questions
	questions.Unread(&unread, tag)
	err = a.ask(ctx, &questions)
	return unread, unread != (Unread{}), err
}

// answer asks and returns only the error.
func (a *asked) answer(ctx context.Context, ask func(*Questions)) error {
	var questions Questions
	ask(&questions)
	return a.ask(ctx, &questions)
}
