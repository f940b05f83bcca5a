package trade

import (
	"sync"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/workshop/proof"
)

var ask = TradeSeats{One: Seat{"ada", "algebra"}, Other: Seat{"kofi", "logic"}}

func takes(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentSubscribedToCourse{Student: student, Course: course}
}

func leaves(student courses.StudentID, course courses.CourseID) dcb.Fact {
	return courses.StudentUnsubscribedFromCourse{Student: student, Course: course}
}

// open returns an empty event store on PostgreSQL.
func open(t *testing.T) *dcb.Store {
	t.Helper()
	store, err := dcb.NewEventStore(t.Context(), pgtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

// seated returns the facts that Ada has the one seat of Algebra, Kofi has the one of Logic, and Noor
// waits for it.
func seated(more ...dcb.Fact) []dcb.Fact {
	return append(dcb.Facts(
		courses.CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 1},
		courses.CourseDefined{Course: "logic", Title: "Logic", Capacity: 1},
		takes("ada", "algebra"), takes("kofi", "logic"),
		courses.StudentJoinedWaitlist{Student: "noor", Course: "logic"}), more...)
}

func TestTheyTradeThoughBothCoursesAreFullAndSomebodyWaits(t *testing.T) {
	dcbtest.Given(t, seated()...).When(ask).
		Then(leaves("ada", "algebra"), leaves("kofi", "logic"), takes("ada", "logic"), takes("kofi", "algebra"))
}

func TestWhoeverHasNoSeatHasNothingToTrade(t *testing.T) {
	dcbtest.Given(t, seated(leaves("kofi", "logic"))...).When(ask).ThenRefused(ErrNothingToTrade)
}

func TestNobodyGetsTwoSeatsInOneCourse(t *testing.T) {
	dcbtest.Given(t, seated(takes("kofi", "algebra"))...).When(ask).ThenRefused(ErrNothingToTrade)
}

func TestAChangeOfTheirSeatsMeanwhileIsAConflict(t *testing.T) {
	dcbtest.Given(t, seated()...).When(ask).
		ConflictsWith(leaves("ada", "algebra"), leaves("kofi", "logic"), takes("kofi", "algebra"), takes("ada", "logic"))
}

func TestOthersAreIgnoredMeanwhile(t *testing.T) {
	dcbtest.Given(t, seated()...).When(ask).IgnoresMeanwhile(takes("mei", "algebra"), leaves("mei", "logic"), takes("ada", "chess"),
		courses.CourseCapacityChanged{Course: "logic", NewCapacity: 9})
}

// Both trades are decided before one of them is appended.
func TestASeatThatIsPromisedToTwoIsTradedOnce(t *testing.T) {
	store := open(t)
	proof.Happen(t, store, seated(takes("mei", "chess"))...)
	log := proof.MeetingAt(store, 2)
	var traders sync.WaitGroup
	for _, other := range []Seat{{"kofi", "logic"}, {"mei", "chess"}} {
		traders.Go(func() { _ = TradeSeats{One: Seat{"ada", "algebra"}, Other: other}.Decide(t.Context(), log) })
	}
	traders.Wait()
	left := dcb.NewQuery(dcb.Tags{courses.StudentID("ada").Tag()}, "StudentUnsubscribedFromCourse")
	if count := proof.Count(t, store, left); count != 1 {
		t.Errorf("Ada promised her seat in Algebra to Kofi and to Mei. She gave it away %d times.", count)
	}
}
