package race

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go-crablet/lab"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A lane draws one contender's way through a race: bars for what took time, and marks where
// attempts ended. Paths have whole numbers, thousandths of the race from left to right and
// tenths of the lane from top to bottom, so a page with thousands of bars stays small.
type lane struct {
	Name     string
	Bars     []laneBars
	Marks    []laneMark
	Outcome  ui.Outcome // how it ended, or what it does
	Receipt  string     // the address, or ""
	Sentence string     // the lane in words, for screen readers
	Attempts []laneAttempt
}

// laneBars are all bars of one kind, in one path. The kind is their CSS class.
type laneBars struct{ Class, Path string }

// A laneMark is a shape where an attempt ended: "conflict", "seated", "refused", or "wrong" for
// a seat too many.
type laneMark struct{ Kind, X, Title string }

// A laneAttempt is a row of the table of attempts.
type laneAttempt struct {
	Number  int
	Began   string
	Knew    string // how many seats it knew to be taken
	Ended   string
	Outcome ui.Outcome
}

// A lanePen draws a lane step by step.
type lanePen struct {
	canvas
	lane
	seats int           // of the course
	from  time.Duration // when the contender began what it does
	does  string        // what it does, as the kind of a bar; "" is nothing
	bars  map[string]*strings.Builder
	tells []string
}

// barKinds are the kinds of bars, in the order in which they are drawn.
var barKinds = []string{"because", "wait", "read", "decide", "append"}

func (c canvas) lane(who lab.Contender, seats int, steps []lab.Step) lane {
	p := lanePen{canvas: c, lane: lane{Name: who.Name, Outcome: ui.Outcome{Colour: "outside", Icon: "i-open", Words: "not yet"}}, seats: seats, bars: map[string]*strings.Builder{}}
	for _, step := range steps {
		p.draw(step)
	}
	if p.does != "" {
		p.bar(p.does, p.from, c.now)
	}
	for _, kind := range barKinds {
		if path, ok := p.bars[kind]; ok {
			p.Bars = append(p.Bars, laneBars{"lane__" + kind, path.String()})
		}
	}
	p.Sentence = strings.Join(p.tells, "; ")
	return p.lane
}

// bar draws a bar between two times, wide enough to be seen.
func (p *lanePen) bar(kind string, from, to time.Duration) {
	const height, narrowest = 5, 3
	if to > from {
		p.line(kind, from, to, height, narrowest)
	}
}

func (p *lanePen) line(kind string, from, to time.Duration, y, narrowest int) {
	path, ok := p.bars[kind]
	if !ok {
		path = &strings.Builder{}
		p.bars[kind] = path
	}
	fmt.Fprintf(path, "M%d %dh%d", p.x(from), y, max(narrowest, p.x(to)-p.x(from)))
}

// next ends what the contender did until then, and begins what it does next.
func (p *lanePen) next(at time.Duration, does, words string) {
	if p.does != "" {
		p.bar(p.does, p.from, at)
	}
	p.from, p.does = at, does
	p.Outcome = ui.Outcome{Colour: "outside", Icon: "i-open", Words: words}
}

func (p *lanePen) draw(step lab.Step) {
	switch step.Kind {
	case lab.Started:
		p.next(step.At, "read", "reads")
	case lab.Read:
		p.attempt(step)
		p.next(step.At, "decide", "thinks")
	case lab.Decided:
		if p.meet && step.Attempt == 1 && step.Refusal == "" {
			p.next(step.At, "wait", "waits")
		}
	case lab.Sent:
		p.next(step.At, "append", "appends")
	case lab.Appended:
		p.appended(step)
	case lab.Conflicted:
		p.conflict(step)
	case lab.Refused:
		p.next(step.At, "", "refused")
		p.Outcome, p.Receipt = ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "refused"}, receiptURL(step)
		p.end(step, "refused", "refused: "+step.Refusal)
	case lab.Seated:
		p.Receipt = receiptURL(step)
	case lab.Lost:
		p.does, p.Receipt = "", receiptURL(step)
		p.Outcome = ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "gave up"}
	case lab.Stopped:
		p.does, p.Receipt = "", receiptURL(step)
		p.Outcome = ui.Outcome{Colour: "outside", Icon: "i-stop", Words: "stopped"}
	}
}

func (p *lanePen) appended(step lab.Step) {
	p.next(step.At, "", "seated")
	if p.tooMany(step) {
		p.Outcome = ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "too many"}
		p.end(step, "wrong", fmt.Sprintf("seated at %d, one too many", step.Position))
		return
	}
	p.Outcome = ui.Outcome{Colour: "seated", Icon: "i-check", Words: "seated"}
	p.end(step, "seated", fmt.Sprintf("seated at %d", step.Position))
}

func (p *lanePen) attempt(step lab.Step) {
	knew := fmt.Sprintf("%d of %d", step.Taken, p.seats)
	if p.others {
		knew = strconv.Itoa(step.Taken)
	}
	p.Attempts = append(p.Attempts, laneAttempt{
		Number: step.Attempt, Began: ui.Duration(p.from),
		Knew: knew, Outcome: ui.Outcome{Colour: "outside", Icon: "i-open", Words: "under way"},
	})
}

// end marks where an attempt ended, and fills in its row of the table.
func (p *lanePen) end(step lab.Step, kind, words string) {
	outcome := map[string]ui.Outcome{
		"conflict": {Colour: "conflict", Icon: "i-conflict", Words: words},
		"seated":   {Colour: "seated", Icon: "i-check", Words: words},
		"refused":  {Colour: "refused", Icon: "i-refused", Words: words},
		"wrong":    {Colour: "refused", Icon: "i-refused", Words: words},
	}[kind]
	p.Marks = append(p.Marks, laneMark{kind, p.percent(step.At), words})
	p.tells = append(p.tells, words)
	if n := len(p.Attempts); n > 0 {
		p.Attempts[n-1].Ended, p.Attempts[n-1].Outcome = ui.Duration(step.At), outcome
	}
}

// conflict draws an append that was turned away, a line from the moment when the conflicting
// event was stored, and the wait that follows.
func (p *lanePen) conflict(step lab.Step) {
	p.next(step.At, "read", "reads again")
	words := "lost to " + winner(p.lineup, step)
	if step.Wait > 0 {
		p.Outcome.Words = "waits"
		p.bar("wait", step.At, min(step.At+step.Wait, p.now))
		p.from = min(step.At+step.Wait, p.now)
		words += ", waits " + ui.Duration(step.Wait)
	}
	if len(step.By) > 0 {
		const belowTheBars, any = 9, 1
		if since, known := p.sold[step.By[0].Position]; known && since < step.At {
			p.line("because", since, step.At, belowTheBars, any)
		}
	}
	p.end(step, "conflict", words)
}

func receiptURL(step lab.Step) string {
	if step.Receipt == "" {
		return ""
	}
	return story.DecisionURL(step.Receipt)
}
