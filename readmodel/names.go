package readmodel

import (
	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// idsIn returns the valid ids of courses and students that tags name. Only valid ids can be
// in the tables, or in an address.
func idsIn(tags dcb.Tags) (courseIDs []courses.CourseID, studentIDs []courses.StudentID) {
	for _, tag := range tags {
		if course, ok := courses.CourseIn(tag); ok && course.Valid() {
			courseIDs = append(courseIDs, course)
		}
		if student, ok := courses.StudentIn(tag); ok && student.Valid() {
			studentIDs = append(studentIDs, student)
		}
	}
	return courseIDs, studentIDs
}

// Names are the titles of courses and the names of students, by their ids.
type Names struct {
	Courses  map[courses.CourseID]string
	Students map[courses.StudentID]string

	// The names of students as they are in the log, if they are sealed there.
	Sealed map[courses.StudentID]sealed.Text

	// Whose title or name another one has, too.
	SharedTitles map[courses.CourseID]bool
	SharedNames  map[courses.StudentID]bool
}

// Course returns the title of a course as pages write it, or its id when no title is known.
func (n Names) Course(id courses.CourseID) string {
	if title, ok := n.Courses[id]; ok {
		return n.Titled(id, title)
	}
	return string(id)
}

// Student returns the name of a student as pages write it, or the id when no name is known.
func (n Names) Student(id courses.StudentID) string {
	if name, ok := n.Students[id]; ok {
		return n.Named(id, name)
	}
	return string(id)
}

// Titled writes a title that a course has or had, with the id if the course shares its title
// with another one.
func (n Names) Titled(id courses.CourseID, title string) string {
	return called(title, id, n.SharedTitles[id])
}

// Named writes a name that a student has or had, as Titled writes a title.
func (n Names) Named(id courses.StudentID, name string) string {
	return called(name, id, n.SharedNames[id])
}

// Stored returns the name of a student for a text that will be stored: the sealed name, so
// that it can be forgotten, or the result of Student if no name is sealed.
func (n Names) Stored(id courses.StudentID) string {
	if name, ok := n.Sealed[id]; ok {
		return n.Named(id, string(name))
	}
	return n.Student(id)
}

// InPlainText reports whether a student's name is known, and is not sealed in the log.
func (n Names) InPlainText(id courses.StudentID) bool {
	_, known := n.Students[id]
	_, isSealed := n.Sealed[id]
	return known && !isSealed
}

func (n Names) knowCourse(course Course) {
	n.Courses[course.ID] = course.Title
	if course.Shared {
		n.SharedTitles[course.ID] = true
	}
}

func (n Names) knowStudent(student Student) {
	n.Students[student.ID] = student.Name
	if student.Sealed != "" {
		n.Sealed[student.ID] = student.Sealed
	}
	if student.Shared {
		n.SharedNames[student.ID] = true
	}
}

func noNames() Names {
	return Names{
		map[courses.CourseID]string{},
		map[courses.StudentID]string{},
		map[courses.StudentID]sealed.Text{},
		map[courses.CourseID]bool{},
		map[courses.StudentID]bool{},
	}
}
