package workshop

import (
	"context"
	"slices"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A sight is what this application has to show about a step. If there is nothing yet, the link
// leads to where a visitor makes it.
type sight struct {
	ui.Link
	Missing string // that there is nothing yet, or ""
}

// seen is what there is in this application right now. What is missing is zero.
type seen struct {
	course     courses.CourseID // takes students
	seat       int64            // the position of the latest seat
	form       int64            // of the latest seat that somebody took with a form
	promoted   int64            // of the latest seat that went to somebody who waited
	receipt    string           // of the latest seat that somebody took
	conflict   string           // the receipt of the latest conflict
	comparison string           // of the strategies
	race       string
}

// sights say what to look at about each step and each variant, by its name.
var sights = map[string]func(seen) sight{
	"01-tags": func(s seen) sight {
		return eventOr(s.seat, "The two tags of the latest seat", takeASeat)
	},
	"02-query": func(s seen) sight {
		return lensOr(s.course, "The query of a subscription, in two items")
	},
	"03-condition": func(s seen) sight {
		return pageOr("/race/strategies/", s.comparison, "The append without a condition, beside the correct one", compare)
	},
	"04-projection": func(s seen) sight {
		return pageOr("/decisions/", s.receipt, "What the latest decision knew", takeASeat)
	},
	"05-limits": func(seen) sight {
		return there(story.SourceURL("domain/courses/subscribe_student.go", "SubscribeStudent.boundary"), "The same boundary in this application")
	},
	"06-retry": func(s seen) sight {
		return pageOr("/decisions/", s.conflict, "The latest conflict, and the attempt after it", holdTheGap)
	},
	"07-race": func(s seen) sight {
		return pageOr("/race/", s.race, "The latest race", race)
	},
	"08-once": func(s seen) sight {
		return eventOr(s.form, "The key of a form, as a tag of its seat", takeASeat)
	},
	"09-waitlist": func(s seen) sight {
		return eventOr(s.promoted, "A seat that went to somebody who waited", sight{
			ui.Link{URL: "/", Words: "Fill a course, wait for it, give a seat back"}, "Nobody moved up yet.",
		})
	},
	"10-exact": func(s seen) sight {
		return lensOr(s.course, "One decision, and boundaries drawn in three ways")
	},
	"11-page": func(s seen) sight {
		if s.course == "" {
			return defineACourse
		}
		return there(story.CourseURL(s.course), "A page, and the events that it was made from")
	},
	"12-past": func(seen) sight {
		return there(story.SourceURL("domain/courses/older_facts.go", ""), "How this application reads older courses")
	},
	"13-trade": func(seen) sight {
		return there(story.SourceURL("domain/courses/swap_seats.go", "SwapSeats.boundary"), "A swap with a free seat, which has to count")
	},
	"14-prerequisites": func(seen) sight {
		return there(story.SourceURL("domain/courses/subscribe_student.go", "SubscribeStudent.decide"), "The rules here, without prerequisites")
	},
	"15-early-bird": func(seen) sight {
		return there(story.SourceURL("domain/courses/projections.go", "SeatsTaken"), "A count of seats, as the tickets are counted")
	},
}

// How to make what there is not yet.
var (
	takeASeat     = sight{ui.Link{URL: "/", Words: "Take one"}, "Nobody took a seat by hand yet."}
	compare       = sight{ui.Link{URL: "/race/strategies", Words: "Compare them"}, "No strategies were compared yet."}
	holdTheGap    = sight{ui.Link{URL: "/session/gap", Words: "Make one by hand"}, "There was no conflict yet."}
	race          = sight{ui.Link{URL: "/race", Words: "Start one"}, "There was no race yet."}
	defineACourse = sight{ui.Link{URL: "/define-course", Words: "Define one"}, "There is no course yet."}
)

func there(address, words string) sight { return sight{Link: ui.Link{URL: address, Words: words}} }

func eventOr(position int64, words string, missing sight) sight {
	if position == 0 {
		return missing
	}
	return there(story.EventURL(position), words)
}

func pageOr(above, id, words string, missing sight) sight {
	if id == "" {
		return missing
	}
	return there(above+id, words)
}

func lensOr(course courses.CourseID, words string) sight {
	if course == "" {
		return defineACourse
	}
	return there(story.CourseURL(course)+"/boundary", words)
}

// openCourse returns the first course that takes students, or "".
func openCourse(all []readmodel.Course) courses.CourseID {
	for _, course := range all {
		if !course.Archived {
			return course.ID
		}
	}
	return ""
}

// lookedAt is how many events or receipts are looked through for each sight.
const lookedAt = 100

// look looks for the latest of each sight.
func (p *Pages) look(ctx context.Context) (s seen, err error) {
	if err := p.lookAtSeats(ctx, &s); err != nil {
		return s, err
	}
	if err := p.lookAtReceipts(ctx, &s); err != nil {
		return s, err
	}
	races, err := p.theatre.Runs.Races(ctx, 1)
	if err != nil {
		return s, err
	}
	comparisons, err := p.theatre.Runs.Comparisons(ctx, 1)
	if len(races) > 0 {
		s.race = races[0].ID
	}
	if len(comparisons) > 0 {
		s.comparison = comparisons[0].ID
	}
	return s, err
}

func (p *Pages) lookAtSeats(ctx context.Context, s *seen) error {
	seats := dcb.NewQuery(nil, courses.StudentSubscribedToCourse{}.EventType())
	for e, err := range p.LogOf(ctx).Read(ctx, seats, dcb.ReadOptions{Backwards: true, Limit: lookedAt}) {
		if err != nil {
			return err
		}
		keep := func(position *int64, is bool) {
			if *position == 0 && is {
				*position = e.Position
			}
		}
		keep(&s.seat, true)
		keep(&s.form, slices.ContainsFunc(e.Tags, func(tag dcb.Tag) bool { return strings.HasPrefix(string(tag), "request:") }))
		keep(&s.promoted, e.CausationID != "")
	}
	return nil
}

func (p *Pages) lookAtReceipts(ctx context.Context, s *seen) error {
	latest, err := p.Receipts.Latest(ctx, receipt.Filter{}, lookedAt)
	if err != nil {
		return err
	}
	isSeat := func(r receipt.Receipt) bool {
		return r.Command == "SubscribeStudent" && r.Outcome() == receipt.Appended
	}
	if i := slices.IndexFunc(latest, isSeat); i >= 0 {
		s.receipt = latest[i].ID
	}
	conflicts, err := p.Receipts.Latest(ctx, receipt.Filter{Kind: receipt.KindConflicted, Races: true}, 1)
	if len(conflicts) > 0 {
		s.conflict = conflicts[0].ID
	}
	return err
}
