package courses_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// tell carries commands out on a log, and says what became of each.
func tell(log dcb.Log, commands ...dcb.Command) {
	for _, cmd := range commands {
		fmt.Printf("%T: %v\n", cmd, cmd.Decide(context.Background(), log))
	}
}

// A course has one seat. Kofi waits for it, and it is his when Ada gives it back.
func Example() {
	log := new(dcbtest.Memory)
	tell(
		log,
		courses.DefineCourse{Course: "compilers", Title: "Compilers", Capacity: 1},
		courses.RegisterStudent{Student: "ada", Name: "Ada"},
		courses.RegisterStudent{Student: "kofi", Name: "Kofi"},
		courses.SubscribeStudent{Student: "ada", Course: "compilers"},
		courses.SubscribeStudent{Student: "kofi", Course: "compilers"},
		courses.JoinWaitlist{Student: "kofi", Course: "compilers"},
		courses.UnsubscribeStudent{Student: "ada", Course: "compilers"},
	)

	fmt.Println("the last append:")
	events, _, err := log.ReadSince(context.Background(), dcb.AllEvents(), dcb.At(5))
	if err != nil {
		panic(err)
	}
	for _, e := range events {
		fact, err := courses.Decode(e.Type, e.Data)
		fmt.Printf("%T%v %v\n", fact, fact, err)
	}
	// Output:
	// courses.DefineCourse: <nil>
	// courses.RegisterStudent: <nil>
	// courses.RegisterStudent: <nil>
	// courses.SubscribeStudent: <nil>
	// courses.SubscribeStudent: every seat in this course is taken
	// courses.JoinWaitlist: <nil>
	// courses.UnsubscribeStudent: <nil>
	// the last append:
	// courses.StudentUnsubscribedFromCourse{ada compilers} <nil>
	// courses.StudentSubscribedToCourse{kofi compilers} <nil>
	// courses.StudentLeftWaitlist{kofi compilers} <nil>
}

// card is what somebody wants to know of a course and a student. Each field has a projection.
type card struct {
	Title            string
	Exists, Archived bool
	Capacity, Seats  int
	Waiting          []courses.StudentID

	Name                       string
	Registered, IDTaken, Plain bool
	Taken, WaitedFor           int
	Subscribed, Waits          bool
}

func (c *card) boundary() dcb.Boundary {
	const course, student = courses.CourseID("compilers"), courses.StudentID("kofi")
	var name sealed.Text
	return dcb.Boundary{
		dcb.Into(&c.Title, courses.Title(course)),
		dcb.Into(&c.Exists, courses.CourseExists(course)),
		dcb.Into(&c.Archived, courses.Archived(course)),
		dcb.Into(&c.Capacity, courses.Capacity(course)),
		dcb.Into(&c.Seats, courses.SeatsTaken(course)),
		dcb.Into(&c.Waiting, courses.Waiting(course)),
		dcb.Into(&name, courses.Name(student)),
		dcb.Into(&c.Registered, courses.StudentExists(student)),
		dcb.Into(&c.IDTaken, courses.StudentIDTaken(student)),
		dcb.Into(&c.Plain, courses.NamedInPlainText(student)),
		dcb.Into(&c.Taken, courses.CoursesTaken(student)),
		dcb.Into(&c.WaitedFor, courses.CoursesWaitedFor(student)),
		dcb.Into(&c.Subscribed, courses.Subscribed(student, course)),
		dcb.Into(&c.Waits, courses.Waits(student, course)),
	}
}

// Each projection answers one question of one log.
func ExampleSeatsTaken() {
	log := new(dcbtest.Memory)
	tell(
		log,
		courses.DefineCourse{Course: "compilers", Title: "Compilers", Capacity: 3},
		courses.RegisterStudent{Student: "kofi", Name: "Kofi"},
		courses.SubscribeStudent{Student: "kofi", Course: "compilers"},
	)
	now, _, err := dcb.DecideValue(context.Background(), log, (*card).boundary, func(c card) (card, []dcb.Fact, error) {
		return c, nil, nil // nothing is to be decided
	})
	fmt.Println(now.Title, now.Exists, now.Archived, now.Seats, "of", now.Capacity, now.Waiting, err)
	fmt.Println(now.Registered, now.IDTaken, now.Plain, now.Taken, now.WaitedFor, now.Subscribed, now.Waits)
	// Output:
	// courses.DefineCourse: <nil>
	// courses.RegisterStudent: <nil>
	// courses.SubscribeStudent: <nil>
	// Compilers true false 1 of 3 [] <nil>
	// true true true 1 0 true false
}

// What giving up a place in the line would read: whether there is such a course and such a
// student, and whether the one waits for the other.
func ExampleLeaveWaitlist_Boundary() {
	cmd := courses.LeaveWaitlist{Student: "kofi", Course: "compilers"}
	for _, item := range cmd.Boundary().Condition().Items() {
		fmt.Println(item.Tags, item.Types)
	}
	// Output:
	// [course_id:compilers] [CourseDefined]
	// [student_id:kofi] [StudentRegistered StudentForgotten]
	// [student_id:kofi course_id:compilers] [StudentJoinedWaitlist StudentLeftWaitlist]
}

// A tag says whom an event is about. Tags may come from anywhere, so what one names need not
// be an id.
func ExampleCourseIn() {
	course, isCourse := courses.CourseIn(courses.CourseID("compilers").Tag())
	fmt.Println(course, isCourse, course.Valid())
	student, isStudent := courses.StudentIn("student_id:Not an id")
	fmt.Println(student, isStudent, student.Valid())
	race, isRace := courses.RaceIn(courses.RaceID("7").Tag())
	fmt.Println(race, isRace)

	request := courses.RequestID("3f0e")
	asked := courses.Asked(courses.SubscribeStudent{Student: "ada", Course: "compilers", Request: request})
	fmt.Println(courses.OfRequest(request.Tag()), courses.IsAsked(request.Tag()), request.Valid())
	fmt.Println(courses.OfRequest(asked), courses.IsAsked(asked), courses.OfRequest(course.Tag()))
	// Output:
	// compilers true true
	// Not an id true false
	// 7 true
	// true false true
	// true true false
}

// A name is sealed before the decision, so that it can be forgotten.
func ExampleSealName() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	keys := sealed.NewKeys(pool, store)

	fmt.Println(courses.ValidText(" "))
	_, err = courses.SealName(ctx, keys, "lena", " ")
	fmt.Println(err)

	name, err := courses.SealName(ctx, keys, "lena", "Lena Quartz")
	if err != nil {
		panic(err)
	}
	fmt.Println(courses.IsSealedName(name), courses.IsSealedName("Lena Quartz"))
	tell(store, courses.RegisterStudent{Student: "lena", Name: name})

	show := func() {
		ring, err := keys.Ring(ctx, []dcb.Tag{courses.StudentID("lena").Tag()})
		if err != nil {
			panic(err)
		}
		fmt.Println(courses.ShownName(ring.Open(name)))
	}
	show()
	err = keys.Forget(ctx, courses.StudentID("lena").Tag(), courses.ForgetStudent{Student: "lena"})
	fmt.Println(err)
	show()
	// Output:
	// false
	// a name has 1 to 100 characters, some of them visible, and no control characters
	// true false
	// courses.RegisterStudent: <nil>
	// Lena Quartz
	// <nil>
	// Forgotten student
}

// The sample term goes into an empty log, once.
func ExampleLoadSampleTerm() {
	log := new(dcbtest.Memory)
	for range 2 {
		fmt.Println(courses.LoadSampleTerm(context.Background(), log))
	}
	events, _, err := log.ReadSince(context.Background(), dcb.AllEvents(), dcb.Checkpoint{})
	fmt.Println(len(events) == len(courses.SampleTerm()), err)
	// Output:
	// true <nil>
	// false <nil>
	// true <nil>
}
