package stage

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// The courses and the students of all scenes.
const (
	TypeTheory courses.CourseID = "type-theory"
	Logic      courses.CourseID = "logic"

	Ada  courses.StudentID = "ada"
	Kofi courses.StudentID = "kofi"
	Mei  courses.StudentID = "mei"
	Noor courses.StudentID = "noor"
)

// A scene is what is there before the first step: the events in the log, and two decisions that
// nobody has taken yet.
type scene struct {
	given    []dcb.Fact
	commands [2]command // of A and of B
}

// A command also says what it looks at.
type command interface {
	dcb.Command
	Boundary() dcb.Boundary
}

// The title of a course in the log, and the one that the registrar gives it.
const (
	OldTitle = "Type Theory"
	NewName  = "Types"
)

func sceneOf(beside Beside) scene {
	ada := courses.SubscribeStudent{Student: Ada, Course: TypeTheory}
	switch beside {
	case OtherCourse:
		return scene{oneSeatLeft(), [2]command{ada, courses.SubscribeStudent{Student: Kofi, Course: Logic}}}
	case NewTitle:
		return scene{oneSeatLeft(), [2]command{ada, courses.RenameCourse{Course: TypeTheory, NewTitle: NewName}}}
	case SecondTab:
		return scene{nineCourses(), [2]command{ada, courses.SubscribeStudent{Student: Ada, Course: Logic}}}
	default:
		return scene{oneSeatLeft(), [2]command{ada, courses.SubscribeStudent{Student: Kofi, Course: TypeTheory}}}
	}
}

// oneSeatLeft has two of three seats in Type Theory taken.
func oneSeatLeft() []dcb.Fact {
	return dcb.Facts(
		courses.CourseDefined{Course: TypeTheory, Title: OldTitle, Capacity: 3},
		courses.StudentRegistered{Student: Ada, Name: sealed.Text("Ada")},
		courses.StudentRegistered{Student: Kofi, Name: sealed.Text("Kofi")},
		courses.StudentSubscribedToCourse{Student: Mei, Course: TypeTheory},
		courses.CourseDefined{Course: Logic, Title: "Logic", Capacity: 2},
		courses.StudentSubscribedToCourse{Student: Noor, Course: TypeTheory},
	)
}

// nineCourses has one course less for Ada than a student may take.
func nineCourses() []dcb.Fact {
	facts := dcb.Facts(
		courses.CourseDefined{Course: TypeTheory, Title: OldTitle, Capacity: 3},
		courses.CourseDefined{Course: Logic, Title: "Logic", Capacity: 2},
		courses.StudentRegistered{Student: Ada, Name: sealed.Text("Ada")},
	)
	for _, course := range []courses.CourseID{"algebra", "optics", "latin", "drawing", "rowing", "botany", "rhetoric", "cooking", "chess"} {
		facts = append(facts, courses.StudentSubscribedToCourse{Student: Ada, Course: course})
	}
	return facts
}

// set stores the events of the scene, and returns them as the log has them. The log has to be
// empty.
func (s scene) set(ctx context.Context, log dcb.Log) ([]dcb.Event, error) {
	events, err := dcb.Encode(s.given)
	if err != nil {
		return nil, err
	}
	if _, err := log.AppendAfter(ctx, events, dcb.AllEvents(), dcb.Checkpoint{}); err != nil {
		return nil, err
	}
	stored, _, err := log.ReadSince(ctx, dcb.AllEvents(), dcb.Checkpoint{})
	return stored, err
}
