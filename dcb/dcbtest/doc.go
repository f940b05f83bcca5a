// Package dcbtest tests what is built with package dcb.
//
// # Decisions
//
// A decision is tested in the words of the domain, without a database: given some facts,
// when a command comes, then other facts follow, or a refusal.
//
//	dcbtest.Given(t, CourseDefined{"algebra", "Algebra", 1}, StudentRegistered{"ada", "Ada"}).
//		When(SubscribeStudent{Student: "ada", Course: "algebra"}).
//		Then(StudentSubscribedToCourse{Student: "ada", Course: "algebra"})
//
// A test that fails says what was wanted and what followed, and prints the facts as Go code.
// If the facts that followed are right, they can be pasted into the test.
//
// [Scenario.ConflictsWith] and [Scenario.IgnoresMeanwhile] say which facts would make the
// decision run again if they happened meanwhile. So a test finds a boundary that is too small
// without a race.
//
// [Project] tests a projection alone:
//
//	require.Equal(t, 1, dcbtest.Project(t, SeatsTaken("algebra"), StudentSubscribedToCourse{Student: "ada", Course: "algebra"}))
//
// # Event stores
//
// [TestStore] tests an event store: [dcb.EventStore], [dcb.Log], Read and Tail. Each promise
// that their documentation makes for a healthy database is a test, named by the promise;
// conformance.go lists them. [TestLog] tests the promises that need no database. [Memory]
// keeps those.
//
// The suite itself is tested, too: for each promise there is a store that breaks it, and the
// suite must fail that store. See broken_test.go. Other event stores were released with many
// of these mistakes.
//
// The suite does not test what only the store of package dcb has: how it finds an append
// whose connection was lost, how it gets over an outage, [dcb.Store.Find], and how fast it
// is. Nor does it test [dcb.Decide]. Package dcb has tests for these.
package dcbtest
