package operator

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"go-crablet/standing"
	"go-crablet/web/live"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

type statusView struct {
	site.Layout
	Sentence string // what happened, in words
	Quiet    bool   // nobody has decided anything
	Rows     []row
}

// A row is one figure over time.
type row struct {
	Name   string
	Colour string // the modifier of its class
	Now    string // the latest value
	Unit   string // of that
	Most   string // the top of its picture
	Bars   string // a path, 1000 wide and 100 high
}

// Status shows what all processes do at the moment. The picture is made on the server. A script
// only brings the next one, and without scripts the page is loaded again.
func (p *Pages) Status(v *site.Visit) error {
	moments, err := p.moments(v.Context())
	if err != nil {
		return err
	}
	view := viewOf(moments)
	if view.Layout, err = v.Page("Status", "", nil); err != nil {
		return err
	}
	view.Refresh, view.Topics = int(standing.Stretch/time.Second), []site.Topic{site.TopicStatus}
	return v.Render(http.StatusOK, statusPage(view))
}

// moments returns what happened lately. However many ask, the database is asked once a second.
func (p *Pages) moments(ctx context.Context) ([]standing.Moment, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.pulseAt) < time.Second {
		return p.pulse, nil
	}
	moments, err := p.source.Pulse(ctx)
	if err == nil {
		p.pulse, p.pulseAt = moments, time.Now()
	}
	return moments, err
}

// Follow pushes a new picture to those who look at it, until ctx is done.
func (p *Pages) Follow(ctx context.Context, viewers *live.Hub) {
	for ctx.Err() == nil {
		live.Pause(ctx, standing.Stretch)
		if !viewers.Watched(string(site.TopicStatus)) {
			continue
		}
		if err := p.push(ctx, viewers); err != nil && ctx.Err() == nil {
			p.Logger.WarnContext(ctx, "a picture of the status", "error", err)
		}
	}
}

func (p *Pages) push(ctx context.Context, viewers *live.Hub) error {
	ctx, answered := context.WithTimeout(ctx, site.LongestRequest)
	defer answered()
	moments, err := p.moments(ctx)
	if err != nil {
		return err
	}
	var picture bytes.Buffer
	if err := pulse(viewOf(moments)).Render(ctx, &picture); err != nil {
		return err
	}
	viewers.Push(string(site.TopicStatus), "picture", ui.PlainText(picture.Bytes()))
	return nil
}

// latest is how many stretches the latest value is of, so that it does not jump with each decision.
const latest = 5

func viewOf(moments []standing.Moment) statusView {
	var decisions, conflicted, away, lag []float64
	var all, met, turned int
	for _, m := range moments {
		decisions, conflicted = append(decisions, perSecond(m.Decisions)), append(conflicted, perSecond(m.Conflicted))
		away, lag = append(away, perSecond(m.TurnedAway)), append(lag, float64(m.Lag))
		all, met, turned = all+m.Decisions, met+m.Conflicted, turned+m.TurnedAway
	}
	v := statusView{Quiet: all == 0, Rows: []row{
		rateRow("Decisions", "you", decisions), rateRow("Met a conflict", "conflict", conflicted), rateRow("Refused or lost", "refused", away), lagRow(moments, lag),
	}}
	v.Sentence = fmt.Sprintf("%s %s in the last three minutes: %d met a conflict, %d %s refused or lost.",
		ui.Grouped(all), ui.Plural(all, "decision", "decisions"), met, turned, ui.Plural(turned, "was", "were"))
	if v.Quiet {
		v.Sentence = "Nobody has decided anything in the last three minutes."
	}
	return v
}

func perSecond(n int) float64 { return float64(n) / standing.Stretch.Seconds() }

// rateRow is a row of how often something happened, in each second.
func rateRow(name, colour string, values []float64) row {
	var sum float64
	last := values[max(0, len(values)-latest):]
	for _, value := range last {
		sum += value / float64(len(last))
	}
	bars, most := drawn(values, 1)
	return row{Name: name, Colour: colour, Now: inDigits(sum), Unit: "a second", Most: inDigits(most), Bars: bars}
}

// lagRow is the row of how far pages are behind the log.
func lagRow(moments []standing.Moment, values []float64) row {
	r := row{Name: "Pages behind the log", Colour: "outside", Now: "not known", Unit: "events"}
	var most float64
	r.Bars, most = drawn(values, 10)
	r.Most = inDigits(most)
	for _, m := range moments[max(0, len(moments)-latest):] {
		if m.LagKnown {
			r.Now, r.Unit = fmt.Sprint(m.Lag), ui.Plural(int(m.Lag), "event", "events")
		}
	}
	return r
}

// inDigits writes a rate as short as one can read it.
func inDigits(value float64) string {
	if value < 10 && value != float64(int(value)) {
		return fmt.Sprintf("%.1f", value)
	}
	return ui.Grouped(int(value + 0.5))
}

var whyStatus = ui.Idea{
	Text: "Every decision leaves a receipt, whichever process took it, and the receipts are counted here. " +
		"A conflict costs one more attempt and no wrong answer: the later append is turned away, reads what is new, and decides again.",
	URL: story.SourceURL("dcb/decide.go", "Decide"), Words: "How a decision is tried again",
}

// moving is an area that is replaced as a whole.
func moving(id string) templ.Attributes {
	area := ui.Area(id)
	area["data-moving"] = true
	return area
}
