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
	b.view(look)
	then, err := asOf(b.t.Context(), b.log, position)
	require.NoError(b.t, err)
	look(then)
}

// view looks at the term as of now.
func (b *bench) view(look func(*asked)) {
	b.t.Helper()
	term, err := b.now(b.t.Context())
	require.NoError(b.t, err)
	look(term)
}

func (a *asked) Course(ctx context.Context, id courses.CourseID) (course Course, known bool, err error) {
	course, err = answer(ctx, a, func(q *Questions, answer *Course) { q.Course(answer, id) })
	return course, course.ID != "", err
}

func (a *asked) Student(ctx context.Context, id courses.StudentID) (student Student, known bool, err error) {
	student, err = answer(ctx, a, func(q *Questions, answer *Student) { q.Student(answer, id) })
	return student, student.ID != "", err
}

func (a *asked) Courses(ctx context.Context, search string, at Cursor, size int) (Page[Course], error) {
	return answer(ctx, a, func(q *Questions, answer *Page[Course]) { q.Courses(answer, search, at, size) })
}

func (a *asked) Students(ctx context.Context, search string, at Cursor, size int) (Page[Student], error) {
	return answer(ctx, a, func(q *Questions, answer *Page[Student]) { q.Students(answer, search, at, size) })
}

func (a *asked) CoursesByName(ctx context.Context, search string, at Cursor, size int) (Page[Course], error) {
	return answer(ctx, a, func(q *Questions, answer *Page[Course]) { q.CoursesByName(answer, search, at, size) })
}

func (a *asked) StudentsByName(ctx context.Context, search string, at Cursor, size int) (Page[Student], error) {
	return answer(ctx, a, func(q *Questions, answer *Page[Student]) { q.StudentsByName(answer, search, at, size) })
}

func (a *asked) StudentsWithoutPlace(ctx context.Context, course courses.CourseID, search string, most int) ([]Student, error) {
	return answer(ctx, a, func(q *Questions, answer *[]Student) { q.StudentsWithoutPlace(answer, course, search, most) })
}

func (a *asked) Seats(ctx context.Context, course courses.CourseID, at Cursor, size int) (Page[Member], error) {
	return answer(ctx, a, func(q *Questions, answer *Page[Member]) { q.Seats(answer, course, at, size) })
}

func (a *asked) Waitlist(ctx context.Context, course courses.CourseID, at Cursor, size int) (Page[Member], error) {
	return answer(ctx, a, func(q *Questions, answer *Page[Member]) { q.Waitlist(answer, course, at, size) })
}

func (a *asked) PlacesOf(ctx context.Context, student courses.StudentID) ([]Place, error) {
	return answer(ctx, a, func(q *Questions, answer *[]Place) { q.PlacesOf(answer, student) })
}

func (a *asked) Names(ctx context.Context, tags dcb.Tags) (Names, error) {
	return answer(ctx, a, func(q *Questions, answer *Names) { q.Names(answer, tags) })
}

func (a *asked) Unread(ctx context.Context, tag dcb.Tag) (unread Unread, found bool, err error) {
	unread, err = answer(ctx, a, func(q *Questions, answer *Unread) { q.Unread(answer, tag) })
	return unread, unread != (Unread{}), err
}

// answer asks one question, and returns its answer.
func answer[A any](ctx context.Context, a *asked, ask func(*Questions, *A)) (answer A, err error) {
	var questions Questions
	ask(&questions, &answer)
	return answer, a.ask(ctx, &questions)
}
