package race

import (
	"fmt"
	"math"
	"strconv"

	"go-crablet/lab"
	"go-crablet/web/ui"
)

// A resultView is the result of a race in figures.
type resultView struct {
	Figures []figure
	Retries []retryBar
}

// A figure is a number with its name, and with its unit if it has one.
type figure struct{ Name, Value, Unit string }

// A retryBar says how many contenders took a number of retries.
type retryBar struct {
	Words   string
	Count   string
	Share   string // of the longest bar
	Retried bool
}

// mostRetryBars is how many bars a reader can compare. The last one counts all further retries.
const mostRetryBars = 7

func viewResult(result lab.Result) resultView {
	number := func(name string, n int) figure { return figure{Name: name, Value: strconv.Itoa(n)} }
	view := resultView{
		Figures: []figure{
			{"Seats sold", seatsSold(result), ""},
			number("Seated", result.Seated),
			number("Refused", result.Refused),
			number("Attempts", result.Attempts),
			number("Conflicts", result.Conflicts),
			number("False conflicts", result.FalseConflicts),
			{"Median", ui.Duration(result.P50), ""},
			{"99 of 100 within", ui.Duration(result.P99), ""},
			{"Decisions", perSecond(result.PerSecond), "per s"},
		},
	}
	if result.Others > 0 {
		view.Figures = append(view.Figures, number("Events of others", result.Others))
	}
	if result.Lost > 0 {
		view.Figures = append(view.Figures, number("Gave up", result.Lost))
	}
	view.Retries = retryBars(result.Retries)
	return view
}

// retryBars draws how many contenders took how many retries: contenders[n] took n of them.
func retryBars(contenders []int) []retryBar {
	counts := make([]int, min(len(contenders), mostRetryBars))
	longest := 1
	for n, count := range contenders {
		bar := min(n, mostRetryBars-1)
		counts[bar] += count
		longest = max(longest, counts[bar])
	}
	bars := make([]retryBar, len(counts))
	for n, count := range counts {
		words := fmt.Sprintf("%d %s", n, ui.Plural(n, "retry", "retries"))
		if n == mostRetryBars-1 && len(contenders) > mostRetryBars {
			words = fmt.Sprintf("%d or more", n)
		}
		bars[n] = retryBar{words, strconv.Itoa(count), fmt.Sprintf("%.1f%%", 100*float64(count)/float64(longest)), n > 0}
	}
	return bars
}

// seatsSold counts the seats that contenders got. It says how many there were only if no
// events of others can have changed that.
func seatsSold(result lab.Result) string {
	if result.Others > 0 {
		return strconv.Itoa(result.Sold)
	}
	return fmt.Sprintf("%d of %d", result.Sold, result.Seats)
}

// perSecond words a rate to about two digits.
func perSecond(rate float64) string {
	if rate < 10 {
		return strconv.FormatFloat(rate, 'f', 1, 64)
	}
	return ui.Grouped(int(math.Round(rate)))
}

// outcomeOf says whether a result is right. On the application's own log it always is.
func outcomeOf(result lab.Result) ui.Outcome {
	if result.Exact {
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "exactly right"}
	}
	return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "wrong"}
}
