package limits

import (
	"fmt"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/domain/courses"
)

var (
	algebra = courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 2}
	ask     = SubscribeStudent{Student: "ada", Course: "algebra"}
)

func takes(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: course}
}

// adaTakes returns the facts that Algebra is on offer, and that Ada takes that many other courses.
func adaTakes(n int) []dcb.Fact {
	facts := dcb.Facts(algebra)
	for i := range n {
		facts = append(facts, takes("ada", courses.CourseID(fmt.Sprint("elective-", i+1))))
	}
	return facts
}

func TestTheLastSeatIsGivenAway(t *testing.T) {
	dcbtest.Given(t, algebra, takes("kofi", "algebra")).When(ask).Then(takes("ada", "algebra"))
}

func TestAFullCourseIsRefused(t *testing.T) {
	dcbtest.Given(t, algebra, takes("kofi", "algebra"), takes("noor", "algebra")).When(ask).ThenRefused(courses.ErrCourseFull)
}

func TestATenthCourseIsFine(t *testing.T) {
	dcbtest.Given(t, adaTakes(9)...).When(ask).Then(takes("ada", "algebra"))
}

func TestAnEleventhCourseIsRefused(t *testing.T) {
	dcbtest.Given(t, adaTakes(10)...).When(ask).ThenRefused(courses.ErrTooManyCourses)
}

// The limit was higher in another year.
func TestAThirteenthCourseIsRefused(t *testing.T) {
	dcbtest.Given(t, adaTakes(12)...).When(ask).ThenRefused(courses.ErrTooManyCourses)
}

func TestACourseTakenMeanwhileIsAConflict(t *testing.T) {
	dcbtest.Given(t, adaTakes(8)...).When(ask).ConflictsWith(takes("ada", "logic"), takes("kofi", "algebra"))
}

func TestWhatStrangersDoMeanwhileIsIgnored(t *testing.T) {
	dcbtest.Given(t, algebra).When(ask).IgnoresMeanwhile(takes("kofi", "logic"), courses.CourseRenamed{Course: "algebra", NewTitle: "A"})
}
