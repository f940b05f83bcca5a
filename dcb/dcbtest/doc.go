// Package dcbtest tests what is built with package dcb.
//
// # Decisions
//
// A decision is tested in the words of the domain, without a database: given these
// facts, when this command comes, then those facts follow, or this refusal.
//
//	dcbtest.Given(t, CourseDefined{"algebra", "Algebra", 1}, StudentRegistered{"ada", "Ada"}).
//		When(SubscribeStudent{Student: "ada", Course: "algebra"}).
//		Then(StudentSubscribedToCourse{Student: "ada", Course: "algebra"})
//
// When it fails, it says in a sentence what was wanted and what came instead, and prints the facts as
// Go code: those that followed can be pasted into the test if they are what was meant.
//
// [Scenario.ConflictsWith] and [Scenario.IgnoresMeanwhile] say which facts would have made the
// decision run again, had they happened meanwhile. So a boundary that is too small is found without
// a race.
//
// [Project] does the same for a projection alone:
//
//	require.Equal(t, 1, dcbtest.Project(t, SeatsTaken("algebra"), StudentSubscribedToCourse{Student: "ada", Course: "algebra"}))
//
// # Event stores
//
// [TestStore] tests an event store: [dcb.EventStore], [dcb.Log], Read and Tail. What their
// documentation promises of a store in a healthy database is a test there, and its name is
// that promise as a sentence; conformance.go lists them. [TestLog] tests those that a
// log in memory can keep as well, as [Memory] does.
//
// That the suite notices a broken promise is tested too: for each promise there is a store
// that breaks it, and the suite has to fail that store; broken_test.go begins the list.
// Many of their mistakes are some that others have shipped.
//
// The suite does not test what is special about the store of package dcb: how it finds out
// about an append whose connection was lost, how it bears an outage, [dcb.Store.Find], how
// fast it is. Nor does it test [dcb.Decide]. Package dcb has tests for these.
package dcbtest
