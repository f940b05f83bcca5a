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

// A course has one seat. Kofi waits for it, and gets it when Ada gives it back.
func Example() {
	ctx, log := context.Background(), new(dcbtest.Memory)
	for _, cmd := range []dcb.Command{
		courses.DefineCourse{Course: "compilers", Title: "Compilers", Capacity: 1},
		courses.RegisterStudent{Student: "ada", Name: "Ada"},
		courses.RegisterStudent{Student: "kofi", Name: "Kofi"},
		courses.SubscribeStudent{Student: "ada", Course: "compilers"},
		courses.SubscribeStudent{Student: "kofi", Course: "compilers"},
		courses.JoinWaitlist{Student: "kofi", Course: "compilers"},
		courses.UnsubscribeStudent{Student: "ada", Course: "compilers"},
	} {
		fmt.Printf("%T: %v\n", cmd, cmd.Decide(ctx, log))
	}

	fmt.Println("the last append:")
	events, _, err := log.ReadSince(ctx, dcb.AllEvents(), dcb.At(5))
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

// Each projection answers one question. A decision binds those that it needs to fields.
func ExampleSeatsTaken() {
	const course, student = courses.CourseID("compilers"), courses.StudentID("kofi")
	ctx, log := context.Background(), new(dcbtest.Memory)
	if _, err := courses.LoadSampleTerm(ctx, log); err != nil {
		panic(err)
	}
	type card struct {
		Title            string
		Exists, Archived bool
		Capacity, Seats  int
		Waiting          []courses.StudentID

		Name                       sealed.Text
		Registered, IDTaken, Plain bool
		Taken, WaitedFor           int
		Subscribed, Waits          bool
	}
	boundary := func(c *card) dcb.Boundary {
		return dcb.Boundary{
			dcb.Into(&c.Title, courses.Title(course)),
			dcb.Into(&c.Exists, courses.CourseExists(course)),
			dcb.Into(&c.Archived, courses.Archived(course)),
			dcb.Into(&c.Capacity, courses.Capacity(course)),
			dcb.Into(&c.Seats, courses.SeatsTaken(course)),
			dcb.Into(&c.Waiting, courses.Waiting(course)),
			dcb.Into(&c.Name, courses.Name(student)),
			dcb.Into(&c.Registered, courses.StudentExists(student)),
			dcb.Into(&c.IDTaken, courses.StudentIDTaken(student)),
			dcb.Into(&c.Plain, courses.NamedInPlainText(student)),
			dcb.Into(&c.Taken, courses.CoursesTaken(student)),
			dcb.Into(&c.WaitedFor, courses.CoursesWaitedFor(student)),
			dcb.Into(&c.Subscribed, courses.Subscribed(student, course)),
			dcb.Into(&c.Waits, courses.Waits(student, course)),
		}
	}
	now, _, err := dcb.DecideValue(ctx, log, boundary, func(c card) (card, []dcb.Fact, error) {
		return c, nil, nil // nothing is to be decided
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(now.Title, now.Exists, now.Archived, now.Seats, "of", now.Capacity, now.Waiting)
	fmt.Println(now.Name, now.Registered, now.IDTaken, now.Plain, now.Taken, now.WaitedFor, now.Subscribed, now.Waits)
	// Output:
	// Compilers true false 15 of 16 []
	// Kofi true true true 3 0 false false
}

// LeaveWaitlist reads whether the course and the student exist, and whether the student
// waits for the course.
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

// A tag says what an event is about. Tags may come from anywhere, so one may hold a text
// that is not a valid id.
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

// A name is sealed before the decision, so that it can be forgotten later.
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
	fmt.Println(courses.RegisterStudent{Student: "lena", Name: name}.Decide(ctx, store))

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
	// <nil>
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

// The registrar removes Ada, and Kofi leaves himself: the facts are alike.
func ExampleActor() {
	ctx, log := context.Background(), new(dcbtest.Memory)
	if _, err := courses.LoadSampleTerm(ctx, log); err != nil {
		panic(err)
	}
	head := dcb.At(int64(len(courses.SampleTerm())))
	fmt.Println(courses.UnsubscribeStudent{Student: "ada", Course: "distributed-systems"}.Decide(courses.TheRegistrar.Noted(ctx), log))
	fmt.Println(courses.UnsubscribeStudent{Student: "kofi", Course: "distributed-systems"}.Decide(courses.TheStudent("kofi").Noted(ctx), log))
	events, _, err := log.ReadSince(ctx, dcb.AllEvents(), head)
	if err != nil {
		panic(err)
	}
	for _, e := range events {
		by := courses.ActorIn(e.Metadata)
		_, isStudent := by.Student()
		fmt.Println(e.Type, by, isStudent)
	}
	// Output:
	// <nil>
	// <nil>
	// StudentUnsubscribedFromCourse registrar false
	// StudentUnsubscribedFromCourse student_id:kofi true
}
