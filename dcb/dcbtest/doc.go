// Package dcbtest tests decisions in the words of the domain, without a
// database: given these facts, when this command comes, then those facts follow,
// or this refusal.
//
//	dcbtest.Given(t, CourseDefined{"algebra", "Algebra", 1}, StudentRegistered{"ada", "Ada"}).
//		When(SubscribeStudent{Student: "ada", Course: "algebra"}).
//		Then(StudentSubscribedToCourse{Student: "ada", Course: "algebra"})
//
// What a log promises about concurrency is not tested here: that takes a real
// one, and several callers.
package dcbtest
