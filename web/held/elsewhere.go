package held

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/underway"
	"go-crablet/web/live"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

const (
	// lookEvery is how often a process looks for wishes about a decision that it holds, and how often
	// another process looks how far the decision has got.
	lookEvery = 300 * time.Millisecond

	// longestLook is how long one look may take.
	longestLook = 2 * time.Second
)

// A shown decision is what other processes see of it.
type shown struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	Page      string          `json:"page"`
	Holder    string          `json:"holder"` // a digest
	Here      bool            `json:"here"`
	Think     time.Duration   `json:"think"`
	Open      bool            `json:"open"`
	Over      bool            `json:"over"`
	Stop      int             `json:"stop"`
	Since     time.Time       `json:"since"`
	Until     time.Time       `json:"until"`
	Endless   bool            `json:"endless"`
	SoFar     receipt.Receipt `json:"so_far"`
	Condition []dcb.QueryItem `json:"condition"`
	Known     dcb.Checkpoint  `json:"known"`
	Receipt   string          `json:"receipt"`
	RepeatOf  int64           `json:"repeat_of"`
	Ended     string          `json:"ended"` // of endings
}

// endings are the errors with which a decision ends that mean something to its page.
var endings = map[string]error{
	"cancelled": ErrCancelled, "stopped": ErrStopped, "other history": dcb.ErrOtherHistory,
	"no such course": courses.ErrNoSuchCourse, "no such student": courses.ErrNoSuchStudent,
}

// errEnded stands for every other error of a decision in another process.
var errEnded = errors.New("the decision ended with an error in another process")

// show returns what other processes see of the decision at a stage.
func (d *Decision) show(stage Stage) shown {
	s := shown{
		ID: d.ID, Title: d.Title, Page: d.Page, Holder: d.heldBy(), Here: d.Here, Think: d.Think,
		Open: stage.Open, Over: stage.Over, Stop: stage.Stop, Since: stage.Since, Until: stage.Until, Endless: stage.Endless,
		SoFar: stage.SoFar, Condition: stage.Condition.Items(), Known: stage.Known, Receipt: stage.ReceiptID, RepeatOf: stage.RepeatOf,
	}
	if stage.Err != nil {
		s.Ended = "error"
		for name, err := range endings {
			if errors.Is(stage.Err, err) {
				s.Ended = name
			}
		}
	}
	return s
}

// decision returns the decision as this process knows it. It can be looked at, and not acted on.
func (s shown) decision() *Decision {
	d := &Decision{ID: s.ID, Spec: Spec{Title: s.Title, Page: s.Page, Here: s.Here, Think: s.Think}, holder: s.Holder, elsewhere: true}
	d.stage = Stage{
		Open: s.Open, Over: s.Over, Stop: s.Stop, Since: s.Since, Until: s.Until, Endless: s.Endless, SoFar: s.SoFar,
		Condition: dcb.QueryOf(s.Condition...), Known: s.Known, Result: receipt.Result{ReceiptID: s.Receipt, RepeatOf: s.RepeatOf},
	}
	if s.Ended != "" {
		d.stage.Err = errEnded
		if err, known := endings[s.Ended]; known {
			d.stage.Err = err
		}
	}
	return d
}

// A wish is what somebody asked another process to do with the decision.
type wish struct {
	Act  act `json:"act"`
	Stop int `json:"stop"`

	// To pass the decision on: digests of the holder before and of the one from then on.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// grant does what somebody asked another process for.
func (d *Decision) grant(w wish) {
	if do, known := acts[w.Act]; known {
		do(d, w.Stop)
		return
	}
	if w.From != "" && d.passOn(w.From, w.To) {
		d.change(func(*Stage) {})
	}
}

// PassOn does what [Keeper.PassOn] does, in all processes.
func (p *Pages) PassOn(from, to string) {
	p.keeper.PassOn(from, to)
	ctx, done := context.WithTimeout(context.Background(), longestLook)
	defer done()
	for _, d := range p.elsewhereOf(ctx, from) {
		if err := p.underWay.Wish(ctx, d.ID, wish{From: digest(from), To: digest(to)}); err != nil {
			p.Logger.Warn("a decision that another process holds is not passed on", "error", err)
		}
	}
}

// share shows a decision to other processes until it is over, and grants their wishes. The first
// record is there when share returns.
func (p *Pages) share(d *Decision) {
	stage, news := d.look()
	p.show(d, stage)
	p.sharing.Go(func() {
		for !stage.Over {
			p.grantUntil(d, news)
			stage, news = d.look()
			p.show(d, stage)
		}
	})
}

// show shows a stage of a decision. A failure costs nobody but visitors of other processes.
func (p *Pages) show(d *Decision, stage Stage) {
	ctx, done := context.WithTimeout(context.Background(), longestLook)
	defer done()
	if err := p.underWay.Show(ctx, underway.Held, d.ID, d.show(stage), stage.Over); err != nil {
		p.Logger.Warn("other processes do not see a held decision", "error", err)
	}
}

// grantUntil grants the wishes about a decision until its stage changes.
func (p *Pages) grantUntil(d *Decision, news <-chan struct{}) {
	for {
		select {
		case <-news:
			return
		case <-time.After(lookEvery):
		}
		ctx, done := context.WithTimeout(context.Background(), longestLook)
		var wanted wish
		wished, err := p.underWay.Touch(ctx, d.ID, &wanted)
		done()
		if err == nil && wished {
			d.grant(wanted)
		}
	}
}

// find returns the decision that the address names, whichever process holds it.
func (p *Pages) find(v *site.Visit) (*Decision, error) {
	id := v.ID("held")
	if d, found := p.keeper.Find(id); found {
		return d, nil
	}
	var s shown
	switch _, err := p.underWay.Find(v.Context(), underway.Held, id, &s); {
	case errors.Is(err, underway.ErrNotFound):
		return nil, notHeld
	case errors.Is(err, underway.ErrBrokeOff):
		return nil, brokeOff
	case err != nil:
		return nil, err
	}
	return s.decision(), nil
}

// wishFor asks the process that holds a decision to act on it, and waits until it is held
// again or over.
func (p *Pages) wishFor(ctx context.Context, d *Decision, wanted wish) error {
	var s shown
	before, err := p.underWay.Find(ctx, underway.Held, d.ID, &s)
	if err == nil {
		err = p.underWay.Wish(ctx, d.ID, wanted)
	}
	for err == nil && ctx.Err() == nil {
		version, findErr := p.underWay.Find(ctx, underway.Held, d.ID, &s)
		if findErr != nil || version > before && (s.Open || s.Over) {
			return nil // the next page says what became of it
		}
		live.Pause(ctx, lookEvery/3)
	}
	return err
}

// Follow calls changed whenever a decision that another process holds gets on, until it is over or
// ctx is done.
func (p *Pages) Follow(ctx context.Context, id string, changed func()) {
	if _, here := p.keeper.Find(id); here {
		return // the keeper tells
	}
	for last := int64(0); ctx.Err() == nil; live.Pause(ctx, lookEvery) {
		var record json.RawMessage
		version, err := p.underWay.Find(ctx, underway.Held, id, &record)
		over := errors.Is(err, underway.ErrNotFound) || errors.Is(err, underway.ErrBrokeOff)
		if over || err == nil && version != last {
			changed()
			last = version
		}
		if over {
			return
		}
	}
}

// elsewhereOf returns the decisions of a holder that other processes hold.
func (p *Pages) elsewhereOf(ctx context.Context, holder string) []*Decision {
	all, err := underway.All[shown](ctx, p.underWay, underway.Held)
	if err != nil {
		p.Logger.WarnContext(ctx, "what other processes hold is not listed", "error", err)
	}
	var decisions []*Decision
	for _, s := range all {
		if _, here := p.keeper.Find(s.ID); !here && s.Holder == digest(holder) {
			decisions = append(decisions, s.decision())
		}
	}
	slices.Reverse(decisions) // in the order in which they began
	return decisions
}

var (
	notHeld = site.Problem{
		Status: http.StatusNotFound, Title: "Not held",
		Text: "No process holds such a decision. If it ended long ago, its receipt is among the decisions. " +
			"Or the process that held it was stopped, and then nothing of it was appended.",
		Next: ui.Link{URL: "/decisions", Words: "To the decisions"},
	}
	brokeOff = site.Problem{
		Status: http.StatusGone, Title: "Its process has ended",
		Text: "The process that held this decision has ended. Nothing of the decision was appended, unless it had just been let go on.",
		Next: ui.Link{URL: "/decisions", Words: "To the decisions"},
	}
)
