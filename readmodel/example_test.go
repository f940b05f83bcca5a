package readmodel_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/readmodel"
)

// Pages show the tables, which the projector fills, and say how late they are.
func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	log, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer log.Close()
	model := readmodel.New(pool)

	// Every process that serves pages does this in the background, until it ends.
	projecting, end := context.WithCancel(ctx)
	var projector sync.WaitGroup
	projector.Go(func() { model.Project(projecting, log, slog.New(slog.DiscardHandler)) })
	defer projector.Wait()
	defer end()

	carryOut(ctx, log,
		courses.DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.RegisterStudent{Student: "ada", Name: "Ada"},
		courses.RegisterStudent{Student: "kofi", Name: "Kofi"},
		courses.RegisterStudent{Student: "noor", Name: "Noor"},
		courses.SubscribeStudent{Student: "ada", Course: "algebra"},
		courses.JoinWaitlist{Student: "kofi", Course: "algebra"})

	// A visitor wants to see an action of their own on the next page.
	head, err := log.Head(ctx)
	if err != nil {
		panic(err)
	}
	shown, err := model.Await(ctx, head.Position, time.Minute)
	fmt.Println("shown:", shown, err)

	var ask readmodel.Questions
	var seats, waitlist readmodel.Page[readmodel.Member]
	var others []readmodel.Student
	ask.Seats(&seats, "algebra", readmodel.Cursor{}, 20)
	ask.Waitlist(&waitlist, "algebra", readmodel.Cursor{}, 20)
	ask.StudentsWithoutPlace(&others, "algebra", "", 20)
	term, err := model.Ask(ctx, &ask)
	if err != nil {
		panic(err)
	}
	fmt.Println(seats.Rows[0].Name, "has a seat,", waitlist.Rows[0].Name, "waits,", others[0].Name, "does neither; lag:", term.Lag())
	// Output:
	// shown: true <nil>
	// Ada has a seat, Kofi waits, Noor does neither; lag: 0
}

// Without a projector, pages show what they showed before. Nothing is lost: the log has it.
func ExampleModel_Await() {
	ctx := context.Background()
	model, log, _, done := openModel(ctx)
	defer done()
	carryOut(ctx, log,
		courses.DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.RegisterStudent{Student: "ada", Name: "Ada"},
		courses.SubscribeStudent{Student: "ada", Course: "algebra"})
	shown, err := model.Await(ctx, 3, time.Millisecond)
	fmt.Println("shown:", shown, err)

	end := project(ctx, model, log)
	awaitHead(ctx, model, log)
	end()
	carryOut(ctx, log, courses.UnsubscribeStudent{Student: "ada", Course: "algebra"})
	shown, err = model.Await(ctx, 4, time.Millisecond)
	fmt.Println("shown:", shown, err)
	var ask readmodel.Questions
	var seats readmodel.Page[readmodel.Member]
	ask.Seats(&seats, "algebra", readmodel.Cursor{}, 20)
	term, err := model.Ask(ctx, &ask)
	if err != nil {
		panic(err)
	}
	fmt.Println(seats.Rows[0].Name, "has a seat; lag:", term.Lag())
	// Output:
	// shown: false <nil>
	// shown: false <nil>
	// Ada has a seat; lag: 1
}

// A page asks more questions when it has the first answers. All answers are of one moment,
// even if the tables change in between.
func ExampleQuestions_Then() {
	ctx := context.Background()
	model, log, _, done := openExample(ctx)
	defer done()
	carryOut(ctx, log,
		courses.DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.RegisterStudent{Student: "ada", Name: "Ada"},
		courses.RegisterStudent{Student: "kofi", Name: "Kofi"},
		courses.SubscribeStudent{Student: "ada", Course: "algebra"},
		courses.JoinWaitlist{Student: "kofi", Course: "algebra"})
	awaitHead(ctx, model, log)

	var ask readmodel.Questions
	var student readmodel.Student
	var places []readmodel.Place
	var course readmodel.Course
	ask.Student(&student, "kofi")
	ask.PlacesOf(&places, "kofi")
	ask.Then(func() {
		carryOut(ctx, log, courses.RenameCourse{Course: "algebra", NewTitle: "Linear Algebra"})
		awaitHead(ctx, model, log)
		ask.Course(&course, places[0].Course)
	})
	if _, err := model.Ask(ctx, &ask); err != nil {
		panic(err)
	}
	fmt.Println(student.Name, "waits for", places[0].Title, "behind", places[0].InFront)
	fmt.Println("the course is", course.Title)

	ask.Course(&course, "algebra")
	if _, err := model.Ask(ctx, &ask); err != nil {
		panic(err)
	}
	fmt.Println("and a moment later", course.Title)
	// Output:
	// Kofi waits for Algebra behind 0
	// the course is Algebra
	// and a moment later Linear Algebra
}

// Pages leave out an event whose content can't be read, and show those after it. The page of
// its course can tell its visitors. Decisions about that course fail.
func ExampleQuestions_Unread() {
	ctx := context.Background()
	model, log, _, done := openExample(ctx)
	defer done()
	algebra := courses.CourseID("algebra")
	carryOut(ctx, log, courses.DefineCourse{Course: algebra, Title: "Algebra", Capacity: 1})
	broken := dcb.NewInputEvent("CourseRenamed", dcb.Tags{algebra.Tag()}, []byte(`{"course_id": "algebra", "new_title": 7}`))
	if _, err := log.AppendEvents(ctx, []dcb.InputEvent{broken}, dcb.Query{}, 0); err != nil {
		panic(err)
	}
	carryOut(ctx, log, courses.DefineCourse{Course: "logic", Title: "Logic", Capacity: 1})
	awaitHead(ctx, model, log)

	var ask readmodel.Questions
	var listed readmodel.Page[readmodel.Course]
	var unread readmodel.Unread
	ask.Courses(&listed, "", readmodel.Cursor{}, 20)
	ask.Unread(&unread, algebra.Tag())
	if _, err := model.Ask(ctx, &ask); err != nil {
		panic(err)
	}
	for _, course := range listed.Rows {
		fmt.Println(course.Title)
	}
	fmt.Println("not read:", unread.Type, "at position", unread.Position)
	err := courses.RenameCourse{Course: algebra, NewTitle: "Linear Algebra"}.Decide(ctx, log)
	reason, _, _ := strings.Cut(err.Error(), ":")
	fmt.Println("a decision can't", reason)
	// Output:
	// Algebra
	// Logic
	// not read: CourseRenamed at position 2
	// a decision can't decode CourseRenamed at position 2
}

// Other lists can have pages, too. Their query returns one row more than a page has, which
// tells whether there is another page.
func ExamplePageOf() {
	position := func(row int64) int64 { return row }
	show := func(page readmodel.Page[int64]) { fmt.Printf("%v %+v %+v\n", page.Rows, page.Previous, page.Next) }
	const size = 2
	show(readmodel.PageOf([]int64{3, 5, 8}, readmodel.Cursor{}, size, position))
	show(readmodel.PageOf([]int64{8, 9}, readmodel.Cursor{After: 5}, size, position))
	show(readmodel.PageOf([]int64{3, 5}, readmodel.Cursor{Before: 8}, size, position))
	// Output:
	// [3 5] <nil> &{After:5 Before:0}
	// [8 9] &{After:0 Before:8} <nil>
	// [3 5] <nil> &{After:5 Before:0}
}

// The tables know only what is true now. The log answers the same questions as of every
// position at which it once ended, and it never ended inside an append. This needs no
// projector.
func ExampleAsOf() {
	ctx := context.Background()
	_, log, pool, done := openModel(ctx)
	defer done()
	carryOut(ctx, log,
		courses.DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.RegisterStudent{Student: "ada", Name: "Ada"},
		courses.RegisterStudent{Student: "kofi", Name: "Kofi"},
		courses.SubscribeStudent{Student: "ada", Course: "algebra"},
		courses.JoinWaitlist{Student: "kofi", Course: "algebra"},
		// Kofi gets the seat in the same append. Its events have the positions 6, 7 and 8.
		courses.UnsubscribeStudent{Student: "ada", Course: "algebra"})

	for _, position := range []int64{4, 5, 6} {
		past, err := readmodel.AsOf(ctx, log, sealed.NewKeys(pool, log), position)
		if err != nil {
			panic(err)
		}
		var ask readmodel.Questions
		var course readmodel.Course
		var seats readmodel.Page[readmodel.Member]
		ask.Course(&course, "algebra")
		ask.Seats(&seats, "algebra", readmodel.Cursor{}, 20)
		if err := past.Ask(ctx, &ask); err != nil {
			panic(err)
		}
		fmt.Printf("asked for %d, answered as of %d, lag %d: %s has the seat, %d wait\n",
			position, past.Position, past.Lag(), seats.Rows[0].Name, course.Waiting)
	}
	// Output:
	// asked for 4, answered as of 4, lag 4: Ada has the seat, 0 wait
	// asked for 5, answered as of 5, lag 3: Ada has the seat, 1 wait
	// asked for 6, answered as of 8, lag 0: Kofi has the seat, 0 wait
}

// The tables can be made again from the log at any time, while pages are served. The
// projector goes on with the new tables.
func ExampleModel_Rebuild() {
	ctx := context.Background()
	model, log, pool, done := openExample(ctx)
	defer done()
	carryOut(ctx, log, courses.DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 9})
	awaitHead(ctx, model, log)
	show := func() {
		var ask readmodel.Questions
		var course readmodel.Course
		ask.Course(&course, "algebra")
		if _, err := model.Ask(ctx, &ask); err != nil {
			panic(err)
		}
		fmt.Println(course.Title, "has", course.Capacity, "seats")
	}

	if _, err := pool.Exec(ctx, `update read_course set title = 'A mistake'`); err != nil {
		panic(err)
	}
	show()
	var progress string
	err := model.Rebuild(ctx, log, slog.New(slog.DiscardHandler), func(done, total int64) {
		progress = fmt.Sprintf("%d of %d events", done, total)
	})
	fmt.Println(progress, err)
	show()

	carryOut(ctx, log, courses.ChangeCapacity{Course: "algebra", NewCapacity: 12})
	awaitHead(ctx, model, log)
	show()
	// Output:
	// A mistake has 9 seats
	// 1 of 1 events <nil>
	// Algebra has 9 seats
	// Algebra has 12 seats
}

// Names are sealed in the log, and in plain text in the tables. When a student is forgotten,
// the transaction that deletes the key also clears the name in the tables.
func ExampleModel_Forget() {
	ctx := context.Background()
	model, log, pool, done := openExample(ctx)
	defer done()
	keys := sealed.NewKeys(pool, log)
	name, err := courses.SealName(ctx, keys, "s1", "Ada Lovelace")
	if err != nil {
		panic(err)
	}
	carryOut(ctx, log,
		courses.DefineCourse{Course: "algebra", Title: "Algebra", Capacity: 9},
		courses.RegisterStudent{Student: "s1", Name: name},
		courses.RegisterStudent{Student: "s2", Name: "Kofi"}) // in plain text, as older versions stored it
	awaitHead(ctx, model, log)

	var names readmodel.Names
	var found readmodel.Page[readmodel.Student]
	look := func() {
		var ask readmodel.Questions
		ask.Names(&names, dcb.NewTags("course_id", "algebra", "student_id", "s1", "student_id", "s2"))
		ask.Students(&found, "lovelace", readmodel.Cursor{}, 20)
		if _, err := model.Ask(ctx, &ask); err != nil {
			panic(err)
		}
		fmt.Printf("%s and %s in %s; a search finds %d\n",
			names.Student("s1"), names.Student("s2"), names.Course("algebra"), len(found.Rows))
	}
	look()
	fmt.Println("in plain text:", names.InPlainText("s1"), names.InPlainText("s2"))
	fmt.Println("to store instead:", sealed.Text(names.Stored("s1")) == name, names.Stored("s2"))

	err = keys.Forget(ctx, courses.StudentID("s1").Tag(), courses.ForgetStudent{Student: "s1"}, model.Forget)
	if err != nil {
		panic(err)
	}
	look()
	// Output:
	// Ada Lovelace and Kofi in Algebra; a search finds 1
	// in plain text: false true
	// to store instead: true Kofi
	// Forgotten student and Kofi in Algebra; a search finds 0
}

// openModel returns a model and an empty log.
func openModel(ctx context.Context) (model *readmodel.Model, log *dcb.Store, pool *pgxpool.Pool, done func()) {
	pool = pgtest.Open()
	log, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	return readmodel.New(pool), log, pool, func() {
		log.Close()
		pool.Close()
	}
}

// project runs a projector until end is called.
func project(ctx context.Context, model *readmodel.Model, log *dcb.Store) (end func()) {
	projecting, cancel := context.WithCancel(ctx)
	var projector sync.WaitGroup
	projector.Go(func() { model.Project(projecting, log, slog.New(slog.DiscardHandler)) })
	return func() {
		cancel()
		projector.Wait()
	}
}

// openExample returns a model and an empty log, with a projector that runs until done is
// called.
func openExample(ctx context.Context) (model *readmodel.Model, log *dcb.Store, pool *pgxpool.Pool, done func()) {
	model, log, pool, closeAll := openModel(ctx)
	end := project(ctx, model, log)
	return model, log, pool, func() {
		end()
		closeAll()
	}
}

// carryOut carries out commands, one after the other. None of them may be refused.
func carryOut(ctx context.Context, log *dcb.Store, cmds ...dcb.Command) {
	for _, cmd := range cmds {
		if err := cmd.Decide(ctx, log); err != nil {
			panic(err)
		}
	}
}

// awaitHead waits until pages show the whole log.
func awaitHead(ctx context.Context, model *readmodel.Model, log *dcb.Store) {
	head, err := log.Head(ctx)
	if err != nil {
		panic(err)
	}
	if shown, err := model.Await(ctx, head.Position, aWhile); !shown {
		panic(fmt.Sprintf("pages don't show the log up to %d: %v", head.Position, err))
	}
}
