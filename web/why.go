package web

// Each page has one. They are written to be read in a row, too: all of it rests on one
// idea, and no two pages should say the same about it.
var (
	whyCatalogue = idea{
		"A seat is decided from what happened to one course and to one student: how many seats there are, how many are taken, how many courses the student takes. " +
			"Nothing else lies inside the boundary, so other students in other courses never get in the way.",
		sourceURL("domain/courses/subscribe_student.go", "SubscribeStudent.boundary"), "The boundary of a subscription",
	}
	whyCourse = idea{
		"A course is no record that is overwritten: its seats, its title and its waitlist follow from the events that carry its tag, which are listed below. " +
			"A decision asks for those types of them that it rests on, so nobody who takes a seat is disturbed by a new title.",
		sourceURL("domain/courses/projections.go", "SeatsTaken"), "How the seats taken are counted",
	}
	whyStudents = idea{
		"A student is what some events carry as a tag, and nothing has to be loaded or locked as a whole before something is decided about one. " +
			"How many courses somebody takes is counted for the decision that asks, from the events of that student alone.",
		sourceURL("domain/courses/projections.go", "CoursesTaken"), "How a student's courses are counted",
	}
	whyStudent = idea{
		"A seat is one event with two tags, the course's and the student's, so it counts on both sides and is stored once. " +
			"That is how the limit of a course and that of a student hold in one decision, without a saga between two aggregates.",
		sourceURL("domain/courses/facts.go", "StudentSubscribedToCourse.Tags"), "The tags of a seat",
	}
	whyRegisterStudent = idea{
		"Registering asks for one thing, whether the id is taken, and its append is conditional on that alone. " +
			"So two registrations conflict if they want the same id, and never otherwise.",
		sourceURL("domain/courses/register_student.go", "RegisterStudent.boundary"), "The boundary of a registration",
	}
	whyDefineCourse = idea{
		"An id that nobody may use twice needs no table with a unique index: the decision reads whether the course was defined, and nobody may define it behind its back. " +
			"Of two who want the same id at the same moment one gets it, and the other is told that it is taken.",
		sourceURL("domain/courses/define_course.go", "DefineCourse.decide"), "The rules for a new course",
	}
	whyRegistrar = idea{
		"Capacity is a fact like any other, and may drop below the seats taken: nobody is thrown out, and nobody new gets in. " +
			"Who waits lies inside the boundary of that decision, so seats that are added are given away in the same append.",
		sourceURL("domain/courses/change_capacity.go", "ChangeCapacity.boundary"), "The boundary of a new capacity",
	}
	whyDecisions = idea{
		"To lose a race is no error: the decision reads what is new and is taken again, so nobody would see that it happened. " +
			"That is why every decision leaves a receipt, the refused ones and the lost attempts included.",
		sourceURL("dcb/decide.go", "Decide"), "How a decision is taken, and taken again",
	}
	whyReceipt = idea{
		"An append says: only if nothing that my query matches was stored after the position I read. " +
			"Each attempt shows these three as they really were, the query, the position and the events; a conflict names the event that made an answer stale.",
		sourceURL("dcb/decide.go", "decision.attempt"), "One attempt, from reading to appending",
	}
	whyLens = idea{
		"A boundary is a query that the decision states, so what it will read and who would conflict with it can be told before anything is sent. " +
			"Drawn larger, others get in the way who changed nothing that matters; drawn smaller, a rule may break.",
		sourceURL("dcb/query.go", "Query.Matches"), "What a query matches",
	}
	whyHeld = idea{
		"Between reading and appending time passes, and nothing is locked meanwhile: everybody else goes on. " +
			"Held open, that gap shows what the condition is for: what lands outside the boundary goes by, and what lands inside turns the append away.",
		sourceURL("dcb/trace.go", "Trace"), "The hooks that can hold a decision up",
	}
	whyRaces = idea{
		"Everybody in a race reads before they append, so most of what they know is out of date by then. " +
			"The condition of each append turns away just those, and who decides again is refused by the rule: as many get in as there are seats.",
		sourceURL("domain/courses/subscribe_student.go", "SubscribeStudent.decide"), "The rules for a seat",
	}
	whyRace = idea{
		"Every lane is a decision of its own, and where one conflicts, another one's event got inside its boundary first. " +
			"Appends are judged one after the other, each against all that were accepted before it: that is why the last seat is given away once.",
		sourceURL("dcb/judge.go", "judge"), "How appends are judged",
	}
	whyStrategies = idea{
		"An append is right if its condition covers all that the decision rests on, and if nothing can be stored between the check and the insert. " +
			"Take one of these away and it still works nearly always; the burst makes the rest of the time happen.",
		sourceURL("dcb/commit.go", "committer.check"), "The lock, and the check under it",
	}
	whyLog = idea{
		"All that is decided rests on this log, and what the other pages show is made of it. " +
			"Positions have no gaps, and no event comes to light behind a later one, so that nothing is new after a position means the same to everybody.",
		sourceURL("dcb/read.go", "Store.Read"), "What reading the log promises",
	}
	whyEvent = idea{
		"An event carries a type, and the tags of all that it is about: whether it lies inside a boundary follows from these two. " +
			"It belongs to no stream, so a decision that nobody thought of yesterday can ask for it tomorrow.",
		sourceURL("dcb/event.go", "Event"), "What an event carries",
	}
	whySource = idea{
		"The text is put into the program when it is compiled, so it is the version that answers you and can be no other. " +
			"Receipts mark the case that decided in the same text.",
		sourceURL("domain/courses/source.go", "Source"), "How it gets into the program",
	}
)
