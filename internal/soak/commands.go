package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A wish is a command before it is one: a choice of what to do, with whom and where.
type wish struct {
	course  courses.CourseID
	other   courses.CourseID
	student courses.StudentID
	request courses.RequestID
	number  int
}

// kinds are all commands, each with how often it is chosen. Its command is made from a wish. The
// name of a student is added later, because it is sealed first.
var kinds = []struct {
	weight int
	make   func(w wish) dcb.Command
}{
	{600, func(w wish) dcb.Command {
		return courses.SubscribeStudent{Student: w.student, Course: w.course, Request: w.request}
	}},
	{400, func(w wish) dcb.Command {
		return courses.UnsubscribeStudent{Student: w.student, Course: w.course, Request: w.request}
	}},
	{400, func(w wish) dcb.Command {
		return courses.JoinWaitlist{Student: w.student, Course: w.course, Request: w.request}
	}},
	{100, func(w wish) dcb.Command {
		return courses.LeaveWaitlist{Student: w.student, Course: w.course, Request: w.request}
	}},
	{200, func(w wish) dcb.Command {
		return courses.SwapSeats{Student: w.student, From: w.other, To: w.course, Request: w.request}
	}},
	{120, func(w wish) dcb.Command {
		return courses.ChangeCapacity{Course: w.course, NewCapacity: 1 + w.number%6, Request: w.request}
	}},
	{40, func(w wish) dcb.Command {
		return courses.RenameCourse{Course: w.course, NewTitle: fmt.Sprint("Course ", w.number), Request: w.request}
	}},
	{40, func(w wish) dcb.Command { return courses.RenameStudent{Student: w.student, Request: w.request} }},
	{20, func(w wish) dcb.Command { return courses.LeaveAltogether{Student: w.student, Request: w.request} }},
	{40, func(w wish) dcb.Command { return courses.LeaveArchivedCourses{Student: w.student, Request: w.request} }},
	{10, func(w wish) dcb.Command {
		return courses.DefineCourse{Course: w.course, Title: "Course", Capacity: 1 + w.number%4, Request: w.request}
	}},
	{20, func(w wish) dcb.Command { return courses.RegisterStudent{Student: w.student, Request: w.request} }},
	{10, func(w wish) dcb.Command { return courses.ForgetStudent{Student: w.student, Request: w.request} }},
	{1, func(w wish) dcb.Command { return courses.ArchiveCourse{Course: w.course, Request: w.request} }},
}

// anyCommand makes a command of a kind that is chosen by its weight.
func anyCommand(random *rand.Rand, w wish) dcb.Command {
	all := 0
	for _, kind := range kinds {
		all += kind.weight
	}
	chosen := random.IntN(all)
	for _, kind := range kinds {
		if chosen -= kind.weight; chosen < 0 {
			return kind.make(w)
		}
	}
	panic("the weights do not add up")
}

// The courses and students change with the log: after termLength events everybody goes to new
// ones, so that no boundary grows for ever.
const termLength = 2000

// anyWish chooses a course and a student. Half of the wishes are about few courses, where almost
// everybody is in the way of everybody else, and the waitlists are long. The others are about many
// courses, in which few students take as many as they may.
func anyWish(random *rand.Rand, head int64) wish {
	name, all, students := "few", 3, 70
	if random.IntN(2) == 0 {
		name, all, students = "many", 40, 16
	}
	if random.IntN(200) == 0 { // a lecturer of the term before goes on
		head -= termLength
	}
	term := max(0, head/termLength)
	course := func() courses.CourseID {
		return courses.CourseID(fmt.Sprintf("%s-%d-%d", name, term, random.IntN(all)))
	}
	return wish{
		course: course(), other: course(),
		student: courses.StudentID(fmt.Sprintf("%s-%d-%d", name, term, random.IntN(students))),
		number:  random.IntN(1_000_000),
	}
}

// first returns the command that has to come before one that was refused, or nil.
func first(refusal courses.Refusal, w wish) dcb.Command {
	switch refusal {
	case courses.ErrNoSuchCourse:
		return courses.DefineCourse{Course: w.course, Title: "Course", Capacity: 1 + w.number%4, Request: w.request}
	case courses.ErrNoSuchStudent:
		return courses.RegisterStudent{Student: w.student, Request: w.request}
	default:
		return nil
	}
}

// named seals a name for a command that carries one.
func (c *caller) named(ctx context.Context, cmd dcb.Command, name string) (_ dcb.Command, err error) {
	switch cmd := cmd.(type) {
	case courses.RegisterStudent:
		cmd.Name, err = courses.SealName(ctx, c.keys, cmd.Student, name)
		return cmd, err
	case courses.RenameStudent:
		cmd.NewName, err = courses.SealName(ctx, c.keys, cmd.Student, name)
		return cmd, err
	default:
		return cmd, nil
	}
}

// A noted command is one as the notes have it.
type notedCommand struct {
	Type   string
	Fields json.RawMessage
}

func noteOf(cmd dcb.Command) (notedCommand, error) {
	fields, err := json.Marshal(cmd)
	return notedCommand{reflect.TypeOf(cmd).Name(), fields}, err
}

// command returns the command that was noted.
func (n notedCommand) command() (dcb.Command, error) {
	for _, kind := range kinds {
		of := reflect.TypeOf(kind.make(wish{}))
		if of.Name() != n.Type {
			continue
		}
		cmd := reflect.New(of)
		err := json.Unmarshal(n.Fields, cmd.Interface())
		return cmd.Elem().Interface().(dcb.Command), err
	}
	var l listDecision
	if n.Type == reflect.TypeFor[listDecision]().Name() {
		return l, json.Unmarshal(n.Fields, &l)
	}
	return nil, fmt.Errorf("there is no command %s", n.Type)
}
