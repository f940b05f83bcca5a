package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"go-crablet/receipt"
)

// latestDecisions is how many receipts the list shows.
const latestDecisions = 50

type decisionsView struct {
	layout
	Decisions []decisionLine // the latest first
}

type decisionLine struct {
	Title, URL string
	Outcome    outcome
	Attempts   string
	AppendedAt string // "" when nothing was appended
	At         time.Time
}

// decisions is the page of the latest receipts.
func (s *server) decisions(w http.ResponseWriter, r *http.Request) error {
	visit, err := s.visit(w, r, "Decisions", sectionDecisions)
	if err != nil {
		return err
	}
	receipts, err := s.Receipts.Latest(r.Context(), latestDecisions)
	if err != nil {
		return err
	}
	view := decisionsView{layout: visit.layout}
	for _, record := range receipts {
		view.Decisions = append(view.Decisions, decisionLine{
			Title:      record.Title,
			URL:        decisionURL(record.ID),
			Outcome:    outcomeOf(record),
			Attempts:   attemptsOf(record),
			AppendedAt: appendedAt(record),
			At:         record.StartedAt.UTC(),
		})
	}
	return render(w, r, http.StatusOK, decisionsPage(view))
}

// An outcome is how a decision, or one attempt of it, ended: a colour, which is the
// modifier of a class, an icon and words.
type outcome struct{ Colour, Icon, Words string }

// outcomeOf words how a decision ended. A refusal is a rule saying no; a lost
// decision found no rule against it, and no moment without a conflict.
func outcomeOf(record receipt.Receipt) outcome {
	attempts := len(record.Attempts)
	switch record.Outcome() {
	case receipt.Refused:
		return outcome{"refused", "i-refused", "Refused: " + record.Last().Refusal}
	case receipt.Lost:
		return outcome{"conflict", "i-conflict", fmt.Sprintf("Lost after %d %s", attempts, plural(attempts, "attempt", "attempts"))}
	case receipt.Nothing:
		return outcome{"outside", "i-open", "Nothing to do"}
	default:
		return outcome{"seated", "i-check", fmt.Sprintf("%s at attempt %d", done(record.Last().Wanted[0]), attempts)}
	}
}

// attemptsOf counts the attempts, and the conflicts among them: "2, one conflict".
func attemptsOf(record receipt.Receipt) string {
	attempts := strconv.Itoa(len(record.Attempts))
	switch conflicts := record.Conflicts(); {
	case conflicts == 0:
		return attempts
	case conflicts == 1:
		return attempts + ", one conflict"
	case conflicts == len(record.Attempts):
		return attempts + ", all conflicts"
	default:
		return fmt.Sprintf("%s, %d conflicts", attempts, conflicts)
	}
}

// appendedAt words where the decision's events stand in the log, or "".
func appendedAt(record receipt.Receipt) string {
	if record.Outcome() != receipt.Appended {
		return ""
	}
	wanted := record.Last().Wanted
	first, last := wanted[0].Position, wanted[len(wanted)-1].Position
	if first == last {
		return strconv.FormatInt(last, 10)
	}
	return fmt.Sprintf("%d to %d", first, last)
}
