package race

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"go-crablet/domain/courses"
	"go-crablet/lab"
	"go-crablet/web/ui"
)

// A besideView shows one burst on two stores: on the left under a broken strategy, on the right
// under the correct one. Both have the same contenders, in the same order, on one time axis.
type besideView struct {
	Title   string
	Begins  string // when the picture begins
	Verdict ui.Outcome
	Stores  [2]storeView
	Ticks   []tick
	Scrub   scrub
}

// A storeView is one of the two.
type storeView struct {
	Title    string
	Result   ui.Outcome // right or wrong, and how much was given away by now
	Kind     string     // of what is given away: "seat" or "course"
	Chairs   []storeChair
	Playhead string
	Lanes    []lane
}

// A storeChair is a seat with its number. Its state is "taken", "free", or "wrong" for one too many.
type storeChair struct{ Number, State string }

// A contest is what a burst shows: those contenders who want the same thing, and how much of it
// there is.
type contest struct {
	kind string // "seat" or "course"
	most int
	is   map[int]bool // by the number of a contender
}

// A ran is a burst as it was carried out under one strategy.
type ran struct {
	strategy lab.Strategy
	lineup   lab.Lineup
	steps    []lab.Step // of the contest only
	canvas   canvas
}

// besideOf shows a broken strategy beside the correct one, at the moment that the parameters name;
// without any, at the moment of the first mistake. It returns nil if the record does not have the
// steps of both.
func besideOf(record lab.ComparisonRecord, broken string, query url.Values) *besideView {
	left, found := ranUnder(record, broken)
	right, alsoFound := ranUnder(record, "correct")
	if !found || !alsoFound || !left.strategy.Broken {
		return nil
	}
	contest := left.contest()
	left.keep(contest)
	right.keep(contest)
	lead := align(&left, &right)
	s, sides := besideScrub(record.ID, left, right)
	s.Step, s.Now = s.All(), s.last()
	if first := left.firstMistake(contest); !moves(query) && first >= 0 {
		s.toTime(left.steps[first].At)
	} else {
		s.moveTo(query)
	}
	left.paint(contest, s)
	right.paint(contest, s)
	if step := s.lastStep(); step != nil {
		side := sides[s.Step-1]
		s.Words, s.Outcome = stepWords([]ran{left, right}[side].lineup, step)
		s.Words = []string{"on the left, ", "on the right, "}[side] + s.Words
	} else {
		s.Words, s.Outcome = stepWords(left.lineup, nil)
	}
	order := left.order()
	return &besideView{
		Title: contest.title(), Begins: "The picture begins " + ui.Duration(lead) + " before the first one goes on, after all have met.",
		Verdict: left.verdict(contest, s), Scrub: s, Ticks: left.canvas.ticks(),
		Stores: [2]storeView{left.view(contest, order), right.view(contest, order)},
	}
}

// moves reports whether the parameters name a moment.
func moves(query url.Values) bool { return query.Has("at") || query.Has("step") }

// ranUnder returns the burst of a strategy that is kept step by step.
func ranUnder(record lab.ComparisonRecord, name string) (ran, bool) {
	strategy, _ := lab.FindStrategy(name)
	for _, trial := range record.Trials {
		if trial.Strategy == name && trial.Lineup != nil && len(trial.Steps) > 0 {
			return ran{strategy: strategy, lineup: *trial.Lineup, steps: trial.Steps}, true
		}
	}
	return ran{}, false
}

// contest returns what goes wrong in a burst: the seats of the course that many want, or else the
// courses of the student who wants many.
func (r ran) contest() contest {
	inCourse, ofStudent := map[courses.CourseID]int{}, map[courses.StudentID]int{}
	for _, who := range r.lineup.Contenders {
		inCourse[who.Course]++
		ofStudent[who.Student]++
	}
	rush := contest{kind: "seat", is: map[int]bool{}}
	collector := contest{kind: "course", most: courses.MaxCourses, is: map[int]bool{}}
	for _, who := range r.lineup.Contenders {
		rush.is[who.Number] = inCourse[who.Course] > 1
		collector.is[who.Number] = ofStudent[who.Student] > 1
	}
	for _, course := range r.lineup.Courses {
		if inCourse[course.ID] > 1 {
			rush.most = course.Seats
		}
	}
	if r.sells(rush) <= rush.most && r.sells(collector) > collector.most {
		return collector
	}
	return rush
}

// sells counts what the contenders of a contest get.
func (r ran) sells(c contest) (n int) {
	for _, step := range r.steps {
		if step.Kind == lab.Appended && c.is[step.Contender] {
			n++
		}
	}
	return n
}

func (c contest) title() string {
	if c.kind == "course" {
		return "One student asks for fifteen courses, on two stores"
	}
	n := 0
	for _, in := range c.is {
		if in {
			n++
		}
	}
	return fmt.Sprintf("The same %d, on two stores", n)
}

// keep leaves out all who are not in the contest.
func (r *ran) keep(c contest) {
	r.steps = slices.DeleteFunc(slices.Clone(r.steps), func(step lab.Step) bool { return !c.is[step.Contender] })
}

// goesOn is when the first contender went on after all had met in the window of the strategy.
func (r ran) goesOn() time.Duration {
	next := map[lab.Window]lab.Kind{
		lab.BetweenDecideAndAppend: lab.Sent, lab.BetweenCheckAndInsert: lab.Appended, lab.BetweenEventsAndPosition: lab.Read,
	}[r.strategy.Window]
	i := slices.IndexFunc(r.steps, func(step lab.Step) bool { return step.Kind == next })
	if i < 0 {
		return 0
	}
	return r.steps[i].At
}

// align puts both stores on one clock, on which the first contender goes on at the same time. The
// clock starts lead before that. What was earlier is long and dull, so it counts as happening at 0.
func align(left, right *ran) (lead time.Duration) {
	both := []*ran{left, right}
	after := time.Duration(0)
	for _, r := range both {
		lead = max(lead, r.goesOn())
		after = max(after, r.steps[len(r.steps)-1].At-r.goesOn())
	}
	lead = min(lead, after/3)
	for _, r := range both {
		starts := r.goesOn() - lead
		for i := range r.steps {
			r.steps[i].At = max(0, r.steps[i].At-starts)
		}
	}
	return lead
}

// firstMistake is the index of the first step that gives away one too many, or -1.
func (r ran) firstMistake(c contest) int {
	n := 0
	return slices.IndexFunc(r.steps, func(step lab.Step) bool {
		if step.Kind == lab.Appended {
			n++
		}
		return n > c.most
	})
}

// besideScrub moves through the steps of both stores in the order of their times. sides says on
// which store each step was: 0 is the left one.
func besideScrub(id string, left, right ran) (s scrub, sides []int) {
	type step struct {
		lab.Step
		side int
	}
	var all []step
	for side, of := range []ran{left, right} {
		for _, one := range of.steps {
			all = append(all, step{one, side})
		}
	}
	slices.SortStableFunc(all, func(a, b step) int { return cmp.Compare(a.At, b.At) })
	s = scrub{page: comparisonURL(id), keep: url.Values{"beside": {left.strategy.Name}}}
	for _, one := range all {
		s.steps, sides = append(s.steps, one.Step), append(sides, one.side)
	}
	s.Axis = max(s.last()+s.last()/20, time.Millisecond)
	return s, sides
}

// paint draws what has happened on the store by now.
func (r *ran) paint(c contest, s scrub) {
	until := slices.IndexFunc(r.steps, func(step lab.Step) bool { return step.At > s.Now })
	if until < 0 {
		until = len(r.steps)
	}
	r.canvas = canvas{
		lineup: r.lineup, shown: r.steps[:until], now: s.Now, axis: s.Axis,
		meet: r.strategy.Window == lab.BetweenDecideAndAppend, prizes: map[int]prize{}, strict: true,
	}
	for number := range c.is {
		r.canvas.prizes[number] = prize{kind: c.kind, most: c.most}
	}
	r.canvas.number()
}

// order returns the numbers of the contenders in the order in which they got what they wanted.
func (r ran) order() []int {
	got := map[int]time.Duration{}
	var numbers []int
	for _, step := range r.steps {
		if step.Kind == lab.Started {
			numbers = append(numbers, step.Contender)
			got[step.Contender] = math.MaxInt64
		}
	}
	for _, step := range r.steps {
		if step.Kind == lab.Appended {
			got[step.Contender] = step.At
		}
	}
	slices.SortFunc(numbers, func(a, b int) int { return cmp.Or(cmp.Compare(got[a], got[b]), cmp.Compare(a, b)) })
	return numbers
}

// view is the store with what has happened by now.
func (r ran) view(c contest, order []int) storeView {
	sold := len(r.canvas.sold)
	v := storeView{
		Title: r.strategy.Title, Kind: c.kind, Playhead: r.canvas.playhead(),
		Result: ui.Outcome{Colour: "seated", Icon: "i-check", Words: fmt.Sprintf("%d of %d", sold, c.most)},
	}
	if sold > c.most {
		v.Result.Colour, v.Result.Icon = "refused", "i-refused"
	}
	for i := range max(sold, c.most) {
		chair := storeChair{strconv.Itoa(i + 1), "taken"}
		if i >= c.most {
			chair.State = "wrong"
		} else if i >= sold {
			chair.State = "free"
		}
		v.Chairs = append(v.Chairs, chair)
	}
	steps := stepsByContender(r.canvas.shown)
	for _, number := range order {
		who := r.lineup.Contenders[number-1]
		if c.kind == "course" { // all are the same student
			who.Name = r.titleOf(who.Course)
		}
		v.Lanes = append(v.Lanes, r.canvas.lane(who, c.most, steps[number]))
	}
	return v
}

func (r ran) titleOf(id courses.CourseID) string {
	i := slices.IndexFunc(r.lineup.Courses, func(course lab.Course) bool { return course.ID == id })
	return r.lineup.Courses[i].Title
}

// verdict says what is wrong on the left by now.
func (r ran) verdict(c contest, s scrub) ui.Outcome {
	wrong := ui.Outcome{Colour: "refused", Icon: "i-refused"}
	switch tooMany := len(r.canvas.sold) - c.most; {
	case tooMany <= 0 && s.AtEnd():
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Both are right, this time."}
	case tooMany <= 0:
		return ui.Outcome{Colour: "you", Icon: "i-wait", Words: "So far, both are right."}
	case tooMany == 1:
		wrong.Words = fmt.Sprintf("On the left, %s %d of %d was just given away.", c.kind, c.most+1, c.most)
	default:
		wrong.Words = fmt.Sprintf("On the left, %d %ss too many.", tooMany, c.kind)
	}
	return wrong
}
