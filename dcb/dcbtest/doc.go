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
// # Event stores
//
// [TestStore] tests an event store: every promise of package dcb is a test there,
// and its name is that promise as a sentence. conformance.go lists them. That the
// suite notices when one is broken is tested too: broken_test.go has stores with
// the mistakes that others have shipped, and the suite has to fail each.
package dcbtest
