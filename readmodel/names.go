package readmodel

import (
	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// idsIn returns the ids of the courses and students that tags name, as far as they
// are ids: no other can be in the tables, or in an address.
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
}

// Course returns the title of a course, or its id when no title is known.
func (n Names) Course(id courses.CourseID) string {
	if title, ok := n.Courses[id]; ok {
		return title
	}
	return string(id)
}

// Student returns the name of a student, or the id when no name is known.
func (n Names) Student(id courses.StudentID) string {
	if name, ok := n.Students[id]; ok {
		return name
	}
	return string(id)
}

func noNames() Names {
	return Names{Courses: map[courses.CourseID]string{}, Students: map[courses.StudentID]string{}}
}
