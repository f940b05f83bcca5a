package story

import (
	"fmt"
	"strconv"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// facts is what each fact means in words. A new fact needs a row here, and nothing else in
// the rooms. The log offers the types in this order.
var facts = []factRow{
	row(func(e courses.CourseDefined, say Voice) EventWords {
		title := say.titled(e.Course, e.Title)
		return EventWords{
			Icon: "t-defined", Kind: "course defined", Noun: "definition", Done: "On offer",
			Label:    strconv.Itoa(e.Capacity),
			Sentence: title + " was put on offer with " + ui.Seats(e.Capacity),
			Plan:     "put " + title + " on offer",
			Notice:   title + " has " + ui.Seats(e.Capacity) + ".",
		}
	}),
	row(func(e courses.CourseRenamed, say Voice) EventWords {
		course, title := short(string(e.Course)), readmodel.Isolated(short(e.NewTitle))
		return EventWords{
			Icon: "t-renamed", Kind: "title changed", Noun: "title changes", Done: "Renamed",
			Label:    title,
			Sentence: "The course " + course + " was given the title " + title,
			Inner:    "the course " + course + " was given the title " + title,
			Plan:     "rename " + course,
			Notice:   "the course is called " + title + " now.",
		}
	}),
	row(func(e courses.CourseCapacityChanged, say Voice) EventWords {
		course, seats := say.course(e.Course), ui.Seats(e.NewCapacity)
		return EventWords{
			Icon: "t-capacity", Kind: "capacity changed", Noun: "capacity changes", Done: "Changed",
			Label:    strconv.Itoa(e.NewCapacity),
			Sentence: course + " was set to " + seats,
			Plan:     "set " + course + " to " + seats,
			Notice:   course + " has " + seats + " now.",
		}
	}),
	row(func(e courses.CourseArchived, say Voice) EventWords {
		course := say.course(e.Course)
		return EventWords{
			Icon: "t-archived", Kind: "archived", Noun: "archiving", Done: "Archived",
			Label:    "archived",
			Sentence: course + " was archived",
			Plan:     "archive " + course,
			Notice:   course + " takes nobody any more.",
		}
	}),
	row(func(e courses.StudentRegistered, say Voice) EventWords {
		name := say.named(e.Student, e.Name)
		return EventWords{
			Icon: "t-registered", Kind: "registered", Noun: "registration", Done: "Registered",
			Label:    name,
			Sentence: name + " was registered",
			Plan:     "register " + name,
			Notice:   name + " can take a seat now.",
		}
	}),
	row(func(e courses.StudentRenamed, say Voice) EventWords {
		student, name := short(string(e.Student)), readmodel.Isolated(short(string(e.NewName)))
		return EventWords{
			Icon: "t-renamed", Kind: "name changed", Noun: "name changes", Done: "Renamed",
			Label:    name,
			Sentence: "The student " + student + " was given the name " + name,
			Inner:    "the student " + student + " was given the name " + name,
			Plan:     "rename " + student,
			Notice:   "the student is called " + name + " now.",
		}
	}),
	row(func(e courses.StudentForgotten, say Voice) EventWords {
		student := short(string(e.Student))
		return EventWords{
			Icon: "t-archived", Kind: "forgotten", Noun: "forgetting", Done: "Forgotten",
			Label:    student,
			Sentence: "The student " + student + " was forgotten",
			Inner:    "the student " + student + " was forgotten",
			Plan:     "forget " + student,
			Notice:   "nobody can read any more what the student " + student + " was called.",
		}
	}),
	row(func(e courses.StudentSubscribedToCourse, say Voice) EventWords {
		student, course := say.student(e.Student), say.course(e.Course)
		return EventWords{
			Icon: "t-in", Kind: "subscribed", Noun: "seats taken", Done: "Seated",
			Label:    student,
			Sentence: student + " took a seat in " + course,
			Plan:     "seat " + student,
			Notice:   say.Someone(e.Student, "you have", "has") + " a seat in " + course + ".",
			Reason: fmt.Sprintf("%s of %s seats were taken, %s had %s of %d courses",
				say.knew("seatsTaken"), say.knew("capacity"), student, say.knew("coursesTaken"), courses.MaxCourses),
		}
	}),
	row(func(e courses.StudentUnsubscribedFromCourse, say Voice) EventWords {
		student, course := say.student(e.Student), say.course(e.Course)
		return EventWords{
			Icon: "t-out", Kind: "left", Noun: "seats given back", Done: "Left",
			Label:    student,
			Sentence: student + " left " + course,
			Plan:     "let " + student + " leave",
			Notice:   say.Someone(e.Student, "you have", "has") + " no seat in " + course + " any more.",
		}
	}),
	row(func(e courses.StudentJoinedWaitlist, say Voice) EventWords {
		student, course := say.student(e.Student), say.course(e.Course)
		waiting := say.counted("waiting")
		return EventWords{
			Icon: "t-waits", Kind: "waits", Noun: "waiting begun", Done: "On the waitlist",
			Label:    student,
			Sentence: student + " joined the waitlist of " + course,
			Plan:     "put " + student + " on the waitlist",
			Notice:   say.Someone(e.Student, "you are", "is") + " " + ui.Ordinal(waiting-say.served+1) + " in line for " + course + ".",
			Reason:   fmt.Sprintf("%s of %s seats were taken, %d waited", say.knew("seatsTaken"), say.knew("capacity"), waiting),
		}
	}),
	row(func(e courses.StudentLeftWaitlist, say Voice) EventWords {
		student, course := say.student(e.Student), say.course(e.Course)
		return EventWords{
			Icon: "t-waited", Kind: "waits no longer", Noun: "waiting ended", Done: "Off the waitlist",
			Label:    student,
			Sentence: student + " left the waitlist of " + course,
			Plan:     "take " + student + " off the waitlist",
			Notice:   say.Someone(e.Student, "you wait", "waits") + " no longer for " + course + ".",
		}
	}),
}

// A factRow is a fact and its words.
type factRow struct {
	zero  dcb.Fact
	words func(fact dcb.Fact, say Voice) EventWords
}

func row[E dcb.Fact](words func(e E, say Voice) EventWords) factRow {
	var zero E
	return factRow{zero, func(fact dcb.Fact, say Voice) EventWords { return words(fact.(E), say) }}
}

// rowsByType has each row under all names that its fact is stored under.
var rowsByType = func() map[string]factRow {
	rows := map[string]factRow{}
	for _, row := range facts {
		for _, name := range dcb.TypesOf(row.zero) {
			rows[name] = row
		}
	}
	return rows
}()

// FactTypes lists the types of all facts, in the order in which the log offers them.
func FactTypes() []string {
	types := make([]string, len(facts))
	for i, row := range facts {
		types[i] = row.zero.EventType()
	}
	return types
}
